/**
 * Whether an update runs without asking a person.
 * @param yes whether a flag says so; the engine's environment variable may say it too
 * @throws Error if it has to ask, but there is no terminal
 */
export function isConfirmed(yes: boolean, isInteractive = true): boolean {
  if (yes || /^(1|true)$/i.test(process.env.PULUMI_SKIP_CONFIRMATIONS ?? "")) return true;
  if (!isInteractive || !process.stdin.isTTY || !process.stdout.isTTY)
    throw new Error(
      "The update asks for confirmation, which needs a terminal. To deploy without asking: --yes",
    );
  return false;
}
