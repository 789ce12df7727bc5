import { listFew } from "../../kafka/topic-groups.ts";
import type { Moves } from "./moves.ts";

/**
 * Checks that an update is confirmed, or that somebody can answer the engine's question, which follows only after the
 * review.
 * @param command as the user types it with `--yes`
 * @returns whether the update is confirmed
 * @throws Error that says how to confirm it
 */
export function requireConfirmation(
  command: string,
  given: { readonly isConfirmed: boolean; readonly isInteractive?: boolean },
): boolean {
  const isConfirmed = given.isConfirmed || skipsConfirmations();
  if (isConfirmed || (given.isInteractive !== false && hasTerminal())) return isConfirmed;
  throw new Error(
    "--yes: not given, and there is no terminal at which to ask for confirmation, allowed: --yes, or " +
      `PULUMI_SKIP_CONFIRMATIONS=true in the environment. Nothing was changed. To deploy without confirmation: ${command}`,
  );
}

/**
 * Asks whether to change replication factors and then update a stack, since the engine would ask only afterwards. Removing a
 * throttle takes no confirmation.
 */
export async function confirmMoves(
  stack: string,
  { factors }: Pick<Moves, "factors">,
  signal: AbortSignal,
): Promise<boolean> {
  if (factors.size === 0) return true;
  const { CancelledError, openTerminal } = await import("../new-stack/terminal.ts");
  const terminal = await openTerminal(signal);
  if (!terminal)
    throw new Error(
      "--yes: not given, and standard error is not a terminal at which to ask for confirmation, allowed: --yes. Nothing was " +
        "changed.",
    );
  const topics = listFew([...factors.keys()]);
  try {
    return await terminal.confirm(`Change the replication factor of ${topics}, then update stack ${stack}?`);
  } catch (error) {
    if (error instanceof CancelledError) return false;
    throw error;
  }
}

/** Whether the environment tells the engine not to ask. */
function skipsConfirmations(): boolean {
  return /^(1|true)$/i.test(process.env.PULUMI_SKIP_CONFIRMATIONS ?? "");
}

/** Whether the engine would ask (`InteractiveTerminal` in its `console.go`). */
function hasTerminal(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && process.env.TERM?.toLowerCase() !== "dumb";
}
