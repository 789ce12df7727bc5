import type { Review } from "./findings.ts";
import { allKeys } from "./judge-settings.ts";

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
  const weakened = new Set(settings.filter(({ risk }) => risk === "weakened").map(({ key }) => key));
  const needless = allowed.filter((key) => key !== allKeys && !weakened.has(key));
  if (needless.length > 0)
    process.stderr.write(
      `--allow-weakened names settings that weaken no connection: ${needless.join(", ")}\n`,
    );
}
