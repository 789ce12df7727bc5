import type { CheckDefinition } from "../check.ts";
import { withRefused } from "../missing-rights.ts";
import type { ObservedTopic } from "../observed.ts";

const [group, name] = ["definition", "exists"] as const;
const present = "on the cluster";

export const topicExists: CheckDefinition<ObservedTopic> = {
  group,
  name,
  proves: "The topic is on the cluster and the principal may see it.",
  codes: ["TOPIC_MISSING", "PERMISSION_MISSING"],
  run: ({ live, forbidden, principal, missing, grant }) => {
    const check = { group, name, expected: present };
    if (live) return [{ ...check, observed: present, verdict: "passed" }];
    if (!forbidden) {
      const finding = { code: "TOPIC_MISSING" } as const;
      return [{ ...check, observed: "not on the cluster", verdict: "failed", finding }];
    }
    const operations = withRefused("DESCRIBE", missing);
    const finding = { code: "PERMISSION_MISSING", expected: operations, observed: principal } as const;
    return [{ ...check, observed: "unknown", verdict: "failed", finding, grants: [grant(operations)] }];
  },
};
