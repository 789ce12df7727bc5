import type { LackedRight, Preflight, PreflightError } from "./findings.ts";

/**
 * The environment variable with which previews and reviews run the program. The preview that `up` judges has to find what
 * would stop the update.
 */
export const reviewVariable = "KAFKA_TOPICS_REVIEW";

/**
 * Turns missing rights of the update into one warning, for a preview: its principal may be one that only reads. The update
 * itself stops at each of them before it changes anything.
 * @param errors of which missing rights are left out, except those to read
 */
export function tolerateLackedRights(
  errors: readonly PreflightError[],
  principal: string,
): Pick<Preflight, "errors" | "warnings"> {
  // First the changes that the brokers could not validate.
  const isTried = ({ expected }: PermissionMissing) => expected.purpose === "change";
  const lacked = errors.filter(isLacked).sort((a, b) => Number(isTried(b)) - Number(isTried(a)));
  const groups = Map.groupBy(lacked, ({ expected: { operation, resource } }) => `${operation} ${resource}`);
  const expected = [...groups.values()].flatMap((group): LackedRight[] => {
    const [first] = group;
    if (!first) return [];
    const { operation, resource } = first.expected;
    return [{ operation, resource, topics: [...new Set(group.map(({ topic }) => topic))] }];
  });
  return {
    errors: errors.filter((error) => !isLacked(error)),
    warnings: expected.length > 0 ? [{ code: "NOT_VALIDATED", expected, observed: principal }] : [],
  };
}

type PermissionMissing = Extract<PreflightError, { code: "PERMISSION_MISSING" }>;

/** Whether a finding is about a right to change something. */
function isLacked(error: PreflightError): error is PermissionMissing & {
  readonly expected: Pick<LackedRight, "operation" | "resource">;
} {
  return error.code === "PERMISSION_MISSING" && error.expected.purpose !== "read";
}
