import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import { root } from "./places.ts";

// Each starts programs, which takes a busy machine its time.
vi.setConfig({ testTimeout: 30_000 });

test.each([
  ["comment", "marker"],
  ["comment", "file"],
  ["issue", "state"],
  ["issue", "title"],
  ["review", "markdown"],
  ["review", "allow-data-loss"],
])('npm run %s says that --%s has to stand after "--"', async (script, flag) => {
  const npm = spawn("npm", ["run", "--silent", script, `--${flag}`, "orders"], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [stderr] = await Promise.all([text(npm.stderr), once(npm, "exit")]);
  expect(stderr).toContain(`npm took --${flag} for its own. Write "--" before it`);
  expect(npm.exitCode).toBe(1);
});
