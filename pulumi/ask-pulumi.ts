import { type CliInput, PulumiError, runCli } from "./cli.ts";

/**
 * Asks the Pulumi CLI for something and gives what it printed, again after a state that could not be read just then.
 * @throws PulumiError
 */
export async function askPulumi(stack: string, args: readonly string[], input?: CliInput): Promise<string> {
  const deadline = Date.now() + settleTimeoutMs;
  for (;;) {
    try {
      return await runCli(stack, args, input);
    } catch (error) {
      if (!(error instanceof PulumiError)) throw error;
      // Only what failed has need of it.
      const { isStateUnreadable, recoverUnreadableState } = await import("./unreadable-state.ts");
      const isWorthAnotherTry =
        isStateUnreadable(error.said) && Date.now() < deadline && (await recoverUnreadableState(stack));
      if (!isWorthAnotherTry) throw error;
    }
  }
}

/** How long a state that another process writes may keep on being unreadable, each time at another moment. */
const settleTimeoutMs = 30_000;
