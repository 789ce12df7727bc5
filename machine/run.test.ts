import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { root } from "./paths.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

test("Every script replaces the shell that npm starts, which would not forward signals", () => {
  const scripts: Record<string, string> = packageJson.scripts;
  expect(Object.entries(scripts).filter(([, command]) => !command.startsWith("exec node "))).toEqual([]);
});

test.each([
  ["comment", "marker"],
  ["comment", "file"],
  ["issue", "state"],
  ["issue", "title"],
  ["review", "markdown"],
  ["review", "allow-data-loss"],
  ["smoke", "exclude"],
  ["smoke", "timeout"],
  ["adopt", "out"],
  ["new-stack", "bootstrap-servers"],
  ["new-stack", "tls"],
  ["up", "recreate"],
  ["preview", "expect-no-changes"],
  ["stages", "stacks"],
  ["topics", "declared"],
  ["adopt", "by-team"],
])('npm run %s says that "--" must come before --%s', async (script, flag) => {
  const npm = spawn("npm", ["run", "--silent", script, `--${flag}`, "orders"], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [stderr] = await Promise.all([text(npm.stderr), once(npm, "exit")]);
  expect(stderr).toContain(`npm consumed --${flag} as its own flag. Put "--" before it`);
  expect(npm.exitCode).toBe(1);
});

// The repository pins no Node for other platforms.
test.runIf(process.platform === "linux")(
  "A planted Node is not run, also after the pinned one ran",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "kafka-topics-node-"));
    try {
      for (const name of ["machine", "package.json", "package-lock.json", "node_modules/.package-lock.json"])
        cpSync(join(root, name), join(folder, name), { recursive: true });
      const binaries = join(folder, "node_modules", ".bin");
      mkdirSync(binaries);
      copyFileSync(join(root, "node_modules", ".bin", "node"), join(binaries, "program"));
      symlinkSync("program", join(binaries, "node"));
      writeFileSync(join(folder, "says.ts"), 'process.stdout.write("it runs");\n');
      const run = async () => {
        const args = [join(folder, "machine", "run.mjs"), "says.ts"];
        const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
        const said = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
        return { exitCode: child.exitCode, stdout: said[0], stderr: said[1] };
      };
      for (const _ of ["read", "known"])
        expect(await run()).toEqual({ exitCode: 0, stdout: "it runs", stderr: "" });
      writeFileSync(join(binaries, "program"), "#!/bin/sh\necho planted\n");
      const { exitCode, stdout, stderr } = await run();
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(stderr).toMatch(
        /node: given the SHA-256 [0-9a-f]{64}, allowed: [0-9a-f]{64}, .* Remove node_modules/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
