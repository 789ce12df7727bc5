import { exitCodes } from "../../machine/command.ts";
import { describeUnknown, findNeedless } from "./allowed.ts";
import type { Review } from "./findings.ts";

/** The flag of `review` and `up` that names the topics that may lose records. */
export const dataLossOptions = { "allow-data-loss": { type: "string", multiple: true } } as const;

/**
 * Reports the allowed topics that would lose no records, and names that no topic has. These are not refused: an update that is
 * repeated, or is for several stacks, may already have deleted the topic.
 * @param declared the topics of the catalogue; undefined if they are unknown
 */
export function reportNeedless(
  { losses, topics }: Review,
  allowed: readonly string[],
  declared: readonly string[] | undefined,
): void {
  // A failed preview lists no topics.
  const known = declared && topics.length > 0 ? [...new Set([...declared, ...topics])] : allowed;
  for (const line of describeUnknown("--allow-data-loss", allowed, known)) process.stderr.write(`${line}\n`);
  const needless = findNeedless(
    allowed.filter((name) => known.includes(name)),
    losses.map(({ topic }) => topic),
  );
  if (needless.length > 0)
    process.stderr.write(
      `--allow-data-loss names topics that would lose no records: ${needless.join(", ")}\n`,
    );
}

/** The exit code of a review, and of an update that it stops. */
export function exitCodeOf({ losses, errors }: Review): number {
  if (losses.some(({ allowed }) => !allowed)) return exitCodes.finding;
  return errors.length > 0 ? exitCodes.failure : exitCodes.success;
}
