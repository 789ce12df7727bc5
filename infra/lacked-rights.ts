import type { Refusals } from "../kafka/refusal.ts";
import type { LackedRight, Preflight, PreflightError } from "./findings.ts";

/**
 * The environment variable with which previews and reviews run the program. The preview that `up` judges has to find what
 * would stop the update.
 */
export const reviewVariable = "KAFKA_TOPICS_REVIEW";

/** What the brokers answered to the validation of changes that need one operation. */
export type Validation = { readonly operation: LackedRight["operation"]; readonly refusals: Refusals };

/**
 * Turns missing rights of the update into one warning, for a preview: its principal may be one that only reads. The update
 * itself stops at each of them before it changes anything.
 * @param errors of which missing rights are left out, except those to read
 */
export function tolerateLackedRights(
  errors: readonly PreflightError[],
  validations: readonly Validation[],
  principal: string,
): Pick<Preflight, "errors" | "warnings"> {
  const lacked = [
    ...validations.flatMap(({ operation, refusals }) =>
      [...refusals].flatMap(([topic, { code }]) =>
        isUnauthorized(code) ? [{ operation, resource: "topic" as const, topic }] : [],
      ),
    ),
    ...errors.flatMap((error) => (isLacked(error) ? [{ ...error.expected, topic: error.topic }] : [])),
  ];
  const groups = Map.groupBy(lacked, ({ operation, resource }) => `${operation} ${resource}`);
  const expected = [...groups.values()].flatMap((group): LackedRight[] => {
    const [first] = group;
    if (!first) return [];
    const { operation, resource } = first;
    return [{ operation, resource, topics: [...new Set(group.map(({ topic }) => topic))] }];
  });
  return {
    errors: errors.filter((error) => !isLacked(error) && !isRefusedRight(error)),
    warnings: expected.length > 0 ? [{ code: "NOT_VALIDATED", expected, observed: principal }] : [],
  };
}

type PermissionMissing = Extract<PreflightError, { code: "PERMISSION_MISSING" }>;

/** Whether a finding is about a right to change something. */
function isLacked(error: PreflightError): error is PermissionMissing & {
  readonly expected: { readonly operation: LackedRight["operation"] };
} {
  return error.code === "PERMISSION_MISSING" && error.expected.purpose !== "read";
}

function isRefusedRight(error: PreflightError): boolean {
  return error.code === "REFUSED_BY_BROKER" && isUnauthorized(error.error);
}

function isUnauthorized(code: string): boolean {
  return code === "TOPIC_AUTHORIZATION_FAILED" || code === "CLUSTER_AUTHORIZATION_FAILED";
}
