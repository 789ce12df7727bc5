import type { RecordCount } from "../../kafka/record-counts.ts";
import type { ConfigChange } from "./findings.ts";
import type { Risk } from "./risk.ts";

/** A topic's effective configs: its own, otherwise the cluster's default; undefined if unknown. */
export type Effective = (key: string) => string | undefined;

/** Configs with which a smaller value makes the brokers delete records. */
const retentions = ["retention.ms", "retention.bytes"];

/**
 * Judges a change of one config.
 * @param records undefined if the cluster did not return them
 */
export function judgeConfig(
  key: string,
  before: Effective,
  after: Effective,
  records: RecordCount | undefined,
): [Risk, { key: string } & ConfigChange] {
  const [observed, expected] = [before(key), after(key)];
  const change = {
    key,
    ...(expected !== undefined && { expected }),
    ...(observed !== undefined && { observed }),
  };
  const counted = records && { records };
  if (key === "cleanup.policy") {
    if (expected === "") return ["caution", { code: "CLEANUP_DISABLED", ...change }];
    const [from, to] = [observed, expected].map((policies) => policies?.split(",").sort().join());
    if (from === to) return ["caution", { code: "CLEANUP_POLICY_REORDERED", ...change }];
    const retention = after("retention.ms");
    return [
      "data loss",
      {
        code: "CLEANUP_POLICY_CHANGED",
        ...change,
        ...counted,
        ...(retention !== undefined && { retention }),
      },
    ];
  }
  if (retentions.includes(key)) {
    const isDeleting = [before, after].some((one) => one("cleanup.policy")?.includes("delete") ?? true);
    if (!isDeleting) return ["caution", { code: "RETENTION_WITHOUT_EFFECT", ...change }];
    if (observed !== undefined && expected !== undefined && limitOf(expected) >= limitOf(observed))
      return ["safe", { code: "RETENTION_LENGTHENED", ...change }];
    // Without the new value, the number of older records is unknown.
    const isKnown = records !== undefined && expected !== undefined;
    const isEmpty = isKnown && (key === "retention.ms" ? records.older : records.all) === 0;
    return [
      isEmpty ? "caution" : "data loss",
      { code: "RETENTION_SHORTENED", ...change, ...(isKnown && counted) },
    ];
  }
  if (key === "remote.storage.enable" && expected !== "true")
    return ["data loss", { code: "REMOTE_STORAGE_DISABLED", ...change }];
  if (key === "unclean.leader.election.enable" && expected === "true")
    return ["caution", { code: "UNCLEAN_ELECTION_ENABLED", ...change }];
  if (key === "min.insync.replicas") return ["caution", { code: "MIN_INSYNC_REPLICAS_CHANGED", ...change }];
  return ["caution", { code: "CONFIG_CHANGED", ...change }];
}

function limitOf(value: string): number {
  return Number(value) < 0 ? Number.POSITIVE_INFINITY : Number(value);
}
