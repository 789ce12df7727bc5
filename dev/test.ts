import { join } from "node:path";
import { reportError } from "../machine/command.ts";
import { root } from "../machine/paths.ts";
import { setUp } from "../machine/set-up.ts";
import { runInFront } from "../machine/toolchain/run-tool.ts";

try {
  await setUp("engine", "kafka");
  const checked = await runInFront("node", [join(root, "dev", "check.ts")]);
  process.exitCode = checked || (await runInFront("vitest", ["run", ...process.argv.slice(2)]));
} catch (error) {
  process.exitCode = reportError(error);
}
