import { exitCodes } from "../../machine/command.ts";
import type { Review } from "./findings.ts";

/** The flag of `review` and `up` that names the topics that may lose records. */
export const dataLossOptions = { "allow-data-loss": { type: "string", multiple: true } } as const;

/** Allows all topics, instead of a topic's name. */
const all = "*";

/** Reads the topics of `--allow-data-loss`, each value of which may be a list: `a,b`. */
export function readAllowed(lists: readonly string[] = []): string[] {
  return lists
    .flatMap((list) => list.split(","))
    .map((name) => name.trim())
    .filter(Boolean);
}

/** Whether a topic may lose records. */
export function isLossAllowed(topic: string, allowed: readonly string[]): boolean {
  return allowed.includes(all) || allowed.includes(topic);
}

/** Reports the allowed topics that would lose no records. */
export function reportNeedless({ losses }: Review, allowed: readonly string[]): void {
  const lost = new Set(losses.map(({ topic }) => topic));
  const needless = allowed.filter((topic) => topic !== all && !lost.has(topic));
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
