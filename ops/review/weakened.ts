import { findNeedless } from "./allowed.ts";
import type { Review } from "./findings.ts";

/** The flags of a review that say with what it compares the stack's settings, and which may weaken the connection. */
export const comparisonOptions = {
  base: { type: "string" },
  "allow-weakened": { type: "string", multiple: true },
} as const;

/** Whether a setting weakens the connection without being allowed to. */
export function isWeakened({ settings }: Review): boolean {
  return settings.some(({ allowed }) => allowed === false);
}

/** Reports the allowed keys that weaken no connection. */
export function reportNeedlessKeys({ settings }: Review, allowed: readonly string[]): void {
  const weakened = settings.filter(({ risk }) => risk === "weakened");
  const needless = findNeedless(
    allowed,
    weakened.map(({ key }) => key),
  );
  if (needless.length > 0)
    process.stderr.write(
      `--allow-weakened names settings that weaken no connection: ${needless.join(", ")}\n`,
    );
}
