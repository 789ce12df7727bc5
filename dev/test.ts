import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./places.ts";
import { setUp } from "./set-up.ts";

const args = process.argv.slice(2);
try {
  await setUp("engine", "kafka");
  const steps = [
    ["node", join(root, "dev", "check.ts")],
    ["vitest", "run", ...args],
  ];
  for (const [command = "", ...rest] of steps) {
    const { status } = spawnSync(command, rest, { cwd: root, stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
