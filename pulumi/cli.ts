import { join } from "node:path";
import { pulumiBin, root } from "../machine/paths.ts";
import { runTool, ToolError } from "../machine/toolchain/run-tool.ts";
import { prepare } from "./environment.ts";
import { endOrphans } from "./orphans.ts";
import { noteRun } from "./runs.ts";

/**
 * Flags of `preview` and `up`. Operations wait for brokers, not for this machine: with the engine's default of 4
 * parallel operations per core, 200 topics take twice as long. The outputs only repeat the list of topics, at greater
 * length.
 */
export const updateFlags: readonly string[] = ["--parallel", "256", "--suppress-outputs"];

/** The Pulumi CLI did not exit with 0; the message contains its output. */
export class PulumiError extends Error {
  override readonly name = "PulumiError";
  /** What it printed on standard output. */
  readonly stdout: string;
  /** Its error message. */
  readonly said: string;

  constructor(stack: string, { said, stdout }: ToolError) {
    const isMissing = /no stack (named|selected)/.test(said);
    const hint = isMissing
      ? `\nThe backend has no stack ${stack}: npm run pulumi -- stack init ${stack}`
      : "";
    super(`Pulumi, stack ${stack}: ${said}${hint}`);
    this.stdout = stdout;
    this.said = said;
  }
}

/** The input of a CLI run, in addition to its arguments. */
export type CliInput = {
  /** Its standard input. */
  readonly input?: string;
  /** Environment variables, in addition to those of every run. */
  readonly environment?: Readonly<Record<string, string>>;
};

/**
 * Runs the Pulumi CLI to its end and returns its standard output.
 * @throws PulumiError if the CLI fails
 */
export async function runCli(
  stack: string,
  args: readonly string[],
  { input, environment }: CliInput = {},
): Promise<string> {
  const env = { ...(await prepare(stack)), ...environment };
  const options = { cwd: root, env, onStart: noteRun, ...(input !== undefined && { input }) };
  try {
    return await runTool(join(pulumiBin, "pulumi"), args, options);
  } catch (error) {
    await endOrphans();
    throw error instanceof ToolError ? new PulumiError(stack, error) : error;
  }
}
