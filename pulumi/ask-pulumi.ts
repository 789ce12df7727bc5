import { type CliInput, PulumiError, runCli } from "./cli.ts";

/**
 * Runs the Pulumi CLI and returns what it printed; tries again if the state could not be read at that moment.
 * @throws PulumiError if the CLI fails
 */
export async function askPulumi(stack: string, args: readonly string[], input?: CliInput): Promise<string> {
  const deadline = Date.now() + settleTimeoutMs;
  for (;;) {
    try {
      return await runCli(stack, args, input);
    } catch (error) {
      if (!(error instanceof PulumiError)) throw error;
      // Loaded only after a failure.
      const { isStateUnreadable, recoverUnreadableState } = await import("./unreadable-state.ts");
      const isWorthAnotherTry =
        isStateUnreadable(error.said) && Date.now() < deadline && (await recoverUnreadableState(stack));
      if (!isWorthAnotherTry) throw error;
    }
  }
}

/** How long to retry while another process keeps writing the state. */
const settleTimeoutMs = 30_000;
