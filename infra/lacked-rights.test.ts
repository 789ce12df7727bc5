import { expect, test } from "vitest";
import type { PreflightError } from "./findings.ts";
import { tolerateLackedRights } from "./lacked-rights.ts";
import { describeWarning } from "./warning-wording.ts";

const observed = "User:reader";

function missing(
  topic: string,
  expected: Extract<PreflightError, { code: "PERMISSION_MISSING" }>["expected"],
): PreflightError {
  return { code: "PERMISSION_MISSING", topic, expected, observed };
}

test("The rights that only an update needs are one warning, by operation", () => {
  const errors = [
    missing("new", { operation: "CREATE", resource: "topic", purpose: "change" }),
    missing("replaced", { operation: "CREATE", resource: "topic", purpose: "change" }),
    missing("grown", { operation: "ALTER", resource: "topic", purpose: "change" }),
    missing("replaced", { operation: "DELETE", resource: "topic", purpose: "replace" }),
    missing("old", { operation: "DELETE", resource: "topic", purpose: "delete" }),
    missing("copied", { operation: "ALTER", resource: "cluster", purpose: "reassign" }),
  ];
  const expected = [
    { operation: "CREATE", resource: "topic", topics: ["new", "replaced"] },
    { operation: "ALTER", resource: "topic", topics: ["grown"] },
    { operation: "DELETE", resource: "topic", topics: ["replaced", "old"] },
    { operation: "ALTER", resource: "cluster", topics: ["copied"] },
  ] as const;
  expect(tolerateLackedRights(errors, observed)).toEqual({
    errors: [],
    warnings: [{ code: "NOT_VALIDATED", expected, observed }],
  });
  expect(describeWarning({ code: "NOT_VALIDATED", expected, observed }, "prod")).toBe(
    "User:reader lacks rights that the update needs, so the preview did not check whether the brokers accept the creation of " +
      "topics new, replaced (CREATE), whether the brokers accept the partition count of topic grown (ALTER), whether the " +
      "deployment may delete topics replaced, old (DELETE) and whether the deployment may change the replication factor of " +
      "topic copied (ALTER on the cluster). The update checks this before it changes anything.",
  );
});

test("What the brokers refuse for another reason, and a right to read that is missing, stay errors", () => {
  const refused = { code: "REFUSED_BY_BROKER", path: [], expected: 1, observed: "no" } as const;
  const errors = [
    missing("hidden", { operation: "DESCRIBE", resource: "topic", purpose: "read" }),
    missing("closed", { operation: "DESCRIBE_CONFIGS", resource: "topic", purpose: "read" }),
    { ...refused, topic: "wild", error: "POLICY_VIOLATION" },
  ];
  expect(tolerateLackedRights(errors, observed)).toEqual({ errors, warnings: [] });
});
