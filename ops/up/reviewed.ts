import type { UpFinding } from "./findings.ts";

/**
 * Parses the value of `--reviewed`.
 * @throws Error if it is not a hash
 */
export function parseHash(given: string): string {
  if (!/^[0-9a-f]{64}$/.test(given))
    throw new Error(
      `--reviewed: given ${JSON.stringify(given)}, allowed: the hash that npm run review prints, 64 of the digits 0 to 9 and a to f`,
    );
  return given;
}

/** Compares the hash of a review with that of what would be deployed. */
export function checkReviewed(expected: string, observed: string): UpFinding | undefined {
  return expected === observed ? undefined : { code: "NOT_REVIEWED", expected, observed };
}

/** Describes a finding about an update of a stack. */
export function describeFinding({ expected, observed }: UpFinding, stack: string): string {
  return (
    `The catalogue or Pulumi.${stack}.yaml is not what was reviewed: --reviewed is ${expected}, and the hash of what would ` +
    `be deployed is ${observed}. Nothing was changed. Check out the reviewed commit, or review this one: ` +
    `npm run review -- --stack ${stack}`
  );
}
