import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { root } from "../machine/paths.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

/** Runs one of our commands in a shell, for redirections and pipes. */
function runShell(commands: string) {
  const script = `run() { node "${join(root, "machine", "run.mjs")}" "$@"; }; ${commands}`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: root, encoding: "utf8" });
  return { exitCode: status, stdout, stderr };
}

const commands = [
  ...["topics", "stages", "review", "up", "drift", "adopt", "release", "doctor"].map(
    (name) => `ops/${name}.ts`,
  ),
  ...["comment", "issue"].map((name) => `github/${name}.ts`),
  "smoke/run.ts",
  "dev/drill.ts",
];
const hasFullDevice = process.platform === "linux";

test.for(commands)(
  "If %s cannot write its output, it prints one line on standard error and exits with 74",
  {
    skip: !hasFullDevice,
  },
  (file) => {
    expect(runShell(`run ${file} --help > /dev/full`)).toEqual({
      exitCode: 74,
      stdout: "",
      stderr: "Standard output cannot be written: ENOSPC: no space left on device, write\n",
    });
  },
);

test.for(commands)("%s ends quietly when its reader has read enough", (file) => {
  // The reader exits before the command writes.
  const { stdout, stderr } = runShell(`{ run ${file} --help; echo "ended with $?" >&2; } | true`);
  expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "ended with 0\n" });
});

test("A failed command keeps its exit code, whether or not it can print the reason", {
  skip: !hasFullDevice,
}, () => {
  const failing = "run ops/topics.ts --nonsense";
  expect(runShell(failing)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--nonsense") });
  expect(runShell(`${failing} 2> /dev/full`)).toEqual({ exitCode: 1, stdout: "", stderr: "" });
  expect(runShell("run ops/topics.ts --help 2> /dev/full")).toMatchObject({ exitCode: 0, stderr: "" });
});

test.for(commands)("%s prints no escape sequence and no workflow command that it was given", (file) => {
  const { exitCode, stderr } = runShell(
    `GITHUB_ACTIONS=true run ${file} $'--a\\e[2J\\e]8;;https://evil.example\\a\\rb\\n::add-mask::c\\u202e##[group]d'`,
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    "--a\\u001b[2J\\u001b]8;;https://evil.example\\u0007\\u000db\n\\u003a:add-mask::c\\u202e\\u0023#[group]d",
  );
  expect(stderr).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]|^\s*::|##\[/mu);
});
