import { describeValue } from "../../kafka/describe-value.ts";
import type { LiveConfigs, LiveTopic, TopicSpec } from "../../kafka/topic.ts";
import type { TopicUsage } from "../../kafka/topic-usage.ts";

/** One way in which the cluster is not as the stack's last update left it. */
export type Difference = {
  readonly topic: string;
  /** `undeclared` is a topic that is on the cluster without being the stack's. */
  readonly kind: "missing" | "partitions" | "replication factor" | "config" | "set by hand" | "undeclared";
  /** The config's key, where it is about one. */
  readonly key?: string;
  readonly expected: string;
  readonly observed: string;
};

/** What `npm run drift` found out; `--json` writes it as it is. */
export type Drift = {
  readonly version: 1;
  readonly stack: string;
  /** How many topics of the stack were compared. */
  readonly topics: number;
  /** By topic. */
  readonly differences: readonly Difference[];
  /** Why something could not be told; with any of them no drift is no answer. */
  readonly errors: readonly string[];
};

/** A topic as deployed against the one on the cluster. */
export function compareTopic(
  deployed: TopicSpec,
  live: LiveTopic | undefined,
  configs: LiveConfigs | undefined,
): Difference[] {
  const topic = deployed.name;
  if (!live) return [{ topic, kind: "missing", expected: "on the cluster", observed: "not there" }];
  const differences: Difference[] = [];
  if (live.partitions.length !== deployed.partitions) {
    const [expected, observed] = [deployed.partitions, live.partitions.length].map(String) as [
      string,
      string,
    ];
    differences.push({ topic, kind: "partitions", expected, observed });
  }
  const replicas = [...new Set(live.partitions.map((partition) => partition.replicas.length))];
  if (replicas.some((number) => number !== deployed.replicationFactor)) {
    const observed = replicas.join(" and ");
    differences.push({
      topic,
      kind: "replication factor",
      expected: String(deployed.replicationFactor),
      observed,
    });
  }
  for (const [key, value] of Object.entries(deployed.config)) {
    const now = configs?.values.get(key) ?? "";
    if (!configs || (configs.own.has(key) && now === value)) continue;
    const observed = configs.own.has(key)
      ? describeValue(key, now)
      : `not set, so ${describeValue(key, now)}`;
    differences.push({ topic, kind: "config", key, expected: describeValue(key, value), observed });
  }
  for (const key of configs?.own ?? []) {
    if (deployed.config[key] !== undefined) continue;
    const observed = describeValue(key, configs?.values.get(key) ?? "");
    differences.push({ topic, kind: "set by hand", key, expected: "not set", observed });
  }
  return differences;
}

/** A topic that nobody declared. */
export function describeUndeclared({ name, partitions }: LiveTopic, usage: TopicUsage = {}): Difference {
  const size = usage.bytes === undefined ? [] : [`${usage.bytes.toLocaleString("en-US")} bytes`];
  const written =
    usage.lastWriteMs === undefined
      ? []
      : [`last written ${new Date(usage.lastWriteMs).toISOString().slice(0, 10)}`];
  const observed = [`${partitions.length} partitions`, ...size, ...written].join(", ");
  return { topic: name, kind: "undeclared", expected: "not there", observed };
}
