import type { DeployedTopic } from "../engine/deployed.ts";
import type { LiveTopic } from "../kafka/live-topics.ts";
import type { Check } from "./result.ts";

/** Compares a topic as deployed with the topic as the cluster has it; no record is written. */
export function checkMetadata(deployed: DeployedTopic, live: LiveTopic | undefined): Check[] {
  const exists = check("exists", "on the cluster", live ? "on the cluster" : "not on the cluster");
  if (!live) return [exists];
  const factors = [...new Set(live.partitions.map(({ replicas }) => replicas.length))].sort((a, b) => a - b);
  const leaderless = live.partitions.filter(({ leader }) => leader < 0).map(({ partition }) => partition);
  return [
    exists,
    check("partitions", deployed.partitions, live.partitions.length),
    check("replication factor", deployed.replicationFactor, factors.join(" and ")),
    check(
      "leaders",
      "a leader for every partition",
      leaderless.length > 0 ? `none for partitions ${leaderless.join(", ")}` : "a leader for every partition",
    ),
  ];
}

/** A check that passes when both sides read the same. */
export function check(name: string, expected: string | number, observed: string | number): Check {
  const [left, right] = [String(expected), String(observed)];
  return { name, expected: left, observed: right, passed: left === right };
}
