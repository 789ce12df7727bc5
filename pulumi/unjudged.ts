/** The engine's commands that update a stack. */
const updates = ["up", "update", "watch"];

/**
 * Refuses command lines of the engine that nobody would have judged.
 * @throws Error with the command to run instead
 */
export function refuseUnjudged(args: readonly string[]): void {
  const [command = ""] = args;
  // The command may follow the engine's global flags, some of which have values.
  const update = command.startsWith("-")
    ? args.find((arg) => updates.includes(arg))
    : updates.find((name) => name === command);
  if (update !== undefined)
    throw new Error(
      `npm run pulumi does not accept ${update}, because nothing would judge the update. Run npm run up instead.`,
    );
  // The preflight and the review use the state before the refresh, so nobody would have reviewed its result.
  if (command === "preview" && args.some((flag) => /^(-r|--refresh)(=(?!false)|$)/.test(flag)))
    throw new Error(
      "preview does not accept --refresh. Run npm run pulumi -- refresh, then npm run review, then npm run up.",
    );
}
