import { join } from "node:path";
import { pulumiBin, root } from "../machine/paths.ts";
import { privateFiles, runTool, ToolError } from "../machine/toolchain/run-tool.ts";
import { prepare } from "./environment.ts";
import { endOrphans } from "./orphans.ts";
import { noteRun } from "./runs.ts";

/**
 * Flags of `preview` and `up`. Operations wait for brokers, not for this machine: with the engine's default of 4
 * parallel operations per core, 200 topics take twice as long. The outputs only repeat the list of topics, at greater
 * length.
 */
export const updateFlags: readonly string[] = ["--parallel", "256", "--suppress-outputs"];

/** The Pulumi CLI did not exit with 0; the message says what is missing, or contains its output. */
export class PulumiError extends Error {
  override readonly name = "PulumiError";
  /** What it printed on standard output; empty if that contains secrets. */
  readonly stdout: string;
  /** Its error message. */
  readonly said: string;
  /** Null after a signal. */
  readonly exitCode: number | null;

  constructor(message: string, failure: ToolError) {
    super(message);
    this.stdout = failure.stdout;
    this.said = failure.said;
    this.exitCode = failure.exitCode;
  }
}

/** The input of a CLI run, in addition to its arguments. */
export type CliInput = {
  /** Its standard input. */
  readonly input?: string;
  /** Environment variables, in addition to those of every run; undefined removes one. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Whether Ctrl-C must not reach it. */
  readonly detached?: boolean;
  /** Finds the secrets that its standard output contains. */
  readonly secretsIn?: (stdout: string) => readonly string[];
};

/**
 * Runs the Pulumi CLI to its end and returns its standard output.
 * @throws PulumiError if the CLI fails
 */
export async function runCli(
  stack: string,
  args: readonly string[],
  { environment, ...given }: CliInput = {},
): Promise<string> {
  const env = { ...(await prepare(stack)), ...environment };
  const options = { ...given, cwd: root, env, umask: privateFiles, onStart: noteRun };
  try {
    return await runTool(join(pulumiBin, "pulumi"), args, options);
  } catch (error) {
    await endOrphans();
    if (!(error instanceof ToolError)) throw error;
    // Loaded only after a failure.
    const { explainMissing } = await import("./missing.ts");
    const missing = explainMissing(stack, error);
    throw new PulumiError(missing ?? `Pulumi${stack && `, stack ${stack}`}: ${error.said}`, error);
  }
}
