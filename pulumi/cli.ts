import { join } from "node:path";
import { pulumiBin, root } from "../machine/paths.ts";
import { runTool, ToolError } from "../machine/toolchain/run-tool.ts";
import { prepare } from "./environment.ts";
import { endOrphans } from "./orphans.ts";
import { noteRun } from "./runs.ts";

/**
 * Flags of `preview` and `up`. Every operation waits for a broker, none for this machine: with the engine's
 * default, 4 at once for each core, 200 topics take twice as long. The outputs repeat what the list of topics
 * has said already, and are longer.
 */
export const updateFlags: readonly string[] = ["--parallel", "256", "--suppress-outputs"];

/** The Pulumi CLI did not exit with 0; the message has its own words. */
export class PulumiError extends Error {
  override readonly name = "PulumiError";
  /** What it printed all the same. */
  readonly stdout: string;
  /** Its own words. */
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

/** What a run of the CLI gets beside its arguments. */
export type CliInput = {
  /** What it reads on standard input. */
  readonly input?: string;
  /** Variables beside those that every run has. */
  readonly environment?: Readonly<Record<string, string>>;
};

/**
 * Runs the Pulumi CLI to its end and gives what it printed.
 * @throws PulumiError
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
