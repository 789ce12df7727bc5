import type { CheckDefinition, CheckOutcome } from "../check.ts";
import { withRefused } from "../missing-rights.ts";
import type { ObservedTopic } from "../observed.ts";

const [group, name] = ["definition", "configs"] as const;

export const configs: CheckDefinition<ObservedTopic> = {
  group,
  name,
  proves:
    "Each declared config has its deployed value and no other config is set on the topic, except a replication throttle.",
  codes: ["CONFIG_CHANGED_BY_HAND", "CONFIG_REMOVED_BY_HAND", "CONFIG_ADDED_BY_HAND", "PERMISSION_MISSING"],
  run: ({ spec, live, differences, principal, missing, grant }) => {
    if (!live) return [];
    if (!live.configs) {
      const operations = withRefused("DESCRIBE_CONFIGS", missing);
      const finding = {
        code: "PERMISSION_MISSING",
        expected: operations,
        observed: principal,
      } as const;
      const grants = [grant(operations)];
      return [{ group, name, expected: "known", observed: "unknown", verdict: "failed", finding, grants }];
    }
    const found = new Map(differences.flatMap((one) => ("key" in one ? [[one.key, one] as const] : [])));
    const declared = Object.entries(spec.config).map(([key, expected]): CheckOutcome => {
      const finding = found.get(key);
      const check = { group, name: `config ${key}`, expected };
      if (!finding) return { ...check, observed: expected, verdict: "passed" };
      // The brokers still behave as declared, because the cluster's default has the same value.
      const isEffective = finding.observed === expected;
      return { ...check, observed: finding.observed, verdict: isEffective ? "warning" : "failed", finding };
    });
    const added = [...found.values()].filter(({ code }) => code === "CONFIG_ADDED_BY_HAND");
    return [
      ...declared,
      ...added.map(
        (finding): CheckOutcome => ({
          group,
          name: `config ${finding.key}`,
          expected: "not set",
          observed: finding.observed,
          verdict: "warning",
          finding,
        }),
      ),
    ];
  },
};
