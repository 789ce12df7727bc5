import { join } from "node:path";
import { reportError } from "../machine/command.ts";
import { root } from "../machine/paths.ts";
import { install } from "../machine/set-up.ts";
import { runInFront } from "../machine/toolchain/run-tool.ts";

try {
  // Also in a pipeline, whose tests need no secrets.
  await install("engine", "kafka");
  const checked = await runInFront("node", [join(root, "dev", "check.ts")], { isData: true });
  process.exitCode =
    checked ||
    (await runInFront("vitest", ["run", ...process.argv.slice(2)], { env: process.env, isData: true }));
} catch (error) {
  process.exitCode = reportError(error);
}
