import { exitCodes } from "../../machine/command.ts";
import { findNeedless } from "./allowed.ts";
import type { Review } from "./findings.ts";

/** The flag of `review` and `up` that names the topics that may lose records. */
export const dataLossOptions = { "allow-data-loss": { type: "string", multiple: true } } as const;

/** Reports the allowed topics that would lose no records. */
export function reportNeedless({ losses }: Review, allowed: readonly string[]): void {
  const needless = findNeedless(
    allowed,
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
