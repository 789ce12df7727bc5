import { spawn } from "node:child_process";
import { once } from "node:events";
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
])('npm run %s says that "--" must come before --%s', async (script, flag) => {
  const npm = spawn("npm", ["run", "--silent", script, `--${flag}`, "orders"], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [stderr] = await Promise.all([text(npm.stderr), once(npm, "exit")]);
  expect(stderr).toContain(`npm consumed --${flag} as its own flag. Put "--" before it`);
  expect(npm.exitCode).toBe(1);
});
