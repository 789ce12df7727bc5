import { exitCodes, isUnexpected, runCommand, standardOutput } from "../machine/command.ts";
import { writeOutputs } from "../machine/output.ts";
import { findBrokenFile } from "../pulumi/broken-file.ts";
import { PulumiError } from "../pulumi/cli.ts";
import { loadMeanwhile } from "../pulumi/load-meanwhile.ts";
import { findPlain, readConfigValues, textsOf } from "../pulumi/stack-config.ts";
import { chooseStack } from "../pulumi/stack-name.ts";
import { exportState, readDeployed } from "../pulumi/state.ts";
import type { ExaminedStack } from "./doctor/examine.ts";
import { renderJson, renderVerdict } from "./doctor/render.ts";

await runCommand({
  help: `Usage: npm run doctor -- [--stack NAME] [--json [FILE]]

Checks the connection of a stack to its cluster, one step after the other: the stack's config, host names, ports, TLS,
SASL, the cluster, the address that each broker advertises, the rights of the principal for each command, the broker
configs, the clock, and the connections of reviews and of the smoke suite. It stops at the first step that fails, and
shows the cause and what to do. It changes nothing.

  --stack NAME   the stack, else PULUMI_STACK, else dev
  --json [FILE]  prints JSON, or writes it to a file

The exit code is 0 if no step fails, even if there are warnings; 2 if a step fails; 1 if the stack cannot be read.
`,
  options: {
    stack: { type: "string", short: "s" },
    json: { type: "string" },
  },
  outputs: ["json"],
  run: async (values) => {
    const name = chooseStack(values.stack);
    const [read, deployed, { examineStack }] = await Promise.all([
      readConfig(name),
      readTopics(name),
      loadMeanwhile(name, () => import("./doctor/examine-stack.ts")),
    ]);
    const steps = await examineStack({ name, ...read, deployed }, (lines) => {
      if (values.json !== standardOutput) process.stdout.write(lines);
    });
    const isWritten = writeOutputs(values, {
      text: () => renderVerdict(name, steps),
      json: () => renderJson(name, steps),
    });
    if (steps.at(-1)?.status === "failed") return exitCodes.finding;
    return isWritten ? exitCodes.success : exitCodes.failure;
  },
});

/** Reads a stack's config, and what is wrong with its file. */
async function readConfig(name: string): Promise<Pick<ExaminedStack, "config" | "fileProblems">> {
  try {
    const read = await readConfigValues(name);
    return { config: textsOf(read), fileProblems: findPlain(name, read) };
  } catch (error) {
    const broken = error instanceof PulumiError ? findBrokenFile(name, error.said) : undefined;
    if (!broken) throw error;
    return { config: {}, fileProblems: [broken] };
  }
}

/** The topics that a stack deployed; undefined if its state cannot be read: the connection can still be checked. */
async function readTopics(stack: string) {
  try {
    return readDeployed(stack, await exportState(stack));
  } catch (error) {
    if (isUnexpected(error)) throw error;
    return undefined;
  }
}
