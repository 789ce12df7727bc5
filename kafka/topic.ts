/** A value of JSON. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** The modes in which the smoke suite checks a topic, the one that proves most first. */
export const smokeModes = ["produce", "dry-run", "metadata"] as const;

/**
 * What the smoke suite does with a topic: produce and consume records; have the leaders reject a write, which leaves no trace
 * (`dry-run`); check its metadata only; or skip it for a reason.
 */
export type SmokeMode = (typeof smokeModes)[number] | { off: string };

/** The definition of a topic: as declared for a stack, as deployed by its last update, or (`specOf`) as the cluster has it. */
export type TopicSpec = {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** The configs set on the topic itself, by key, in the broker's canonical form: `{ "retention.ms": "604800000" }`. */
  readonly config: Readonly<Record<string, string>>;
  /** If absent, the smoke suite writes no records. */
  readonly smoke?: SmokeMode;
  /** Whether `smoke: "produce"` is declared, and not only the default: records of another format are then no obstacle. */
  readonly producesAnyway?: boolean;
  /** The value that the smoke suite sends; by default, a value of its own. */
  readonly sample?: JsonValue;
  /** Whether Pulumi refuses to delete or replace the topic. */
  readonly protect?: boolean;
  /** Who is responsible for the topic. */
  readonly owner?: string;
  /** What the topic is for. */
  readonly description?: string;
  /** The limits of the stack that do not apply to the topic, each with the reason. */
  readonly exempt?: Readonly<Record<string, string>>;
};

/** A move of a partition's replicas, its brokers by id. */
export type PartitionMove = {
  /** The brokers that delete their replica once the others have copied it; none if replicas are added. */
  readonly from: readonly number[];
  /** The brokers that are copying the partition. */
  readonly to: readonly number[];
  /** What they have to copy together; absent if the brokers do not report it. */
  readonly bytes?: number;
  /** What they have copied of it. */
  readonly copied?: number;
  /** The brokers for which the move waits, because they are down; absent if there are none. */
  readonly down?: readonly number[];
};

/** A partition on the cluster, with its brokers by id. */
export type LivePartition = {
  readonly partition: number;
  /** -1 if no broker leads it, so that nothing can be produced or consumed. */
  readonly leader: number;
  /** During a move, those that it adds and those that it removes. */
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  /** Absent if its replicas are not moving, or if that is unknown. */
  readonly move?: PartitionMove;
};

/** The configs of a topic on the cluster, values in the broker's canonical form. */
export type LiveConfigs = {
  /** Every config with its effective value, wherever it was set. */
  readonly values: ReadonlyMap<string, string>;
  /** The keys that are set on the topic itself. */
  readonly own: ReadonlySet<string>;
};

/** A topic on the cluster, with its partitions in order. */
export type LiveTopic = {
  readonly name: string;
  /** Whether the brokers mark it as Kafka's own, such as `__consumer_offsets`. */
  readonly internal: boolean;
  readonly partitions: readonly LivePartition[];
  /** Whether the principal may delete it. */
  readonly mayDelete: boolean;
  /** Absent if they were not requested, or if the principal may not read them. */
  readonly configs?: LiveConfigs;
};

/**
 * The replication factors of a topic's partitions, after their moves if any are known, in ascending order. More than one if
 * replicas were added to some partitions only.
 */
export function replicationFactorsOf({ partitions }: Pick<LiveTopic, "partitions">): number[] {
  const factors = partitions.map(({ replicas, move }) => replicas.length - (move?.from.length ?? 0));
  return [...new Set(factors)].sort((a, b) => a - b);
}

/** Converts a topic on the cluster to a spec. If its partitions have different replica counts, the lowest is used. */
export function specOf(topic: LiveTopic & { readonly configs: LiveConfigs }): TopicSpec {
  const { name, partitions, configs } = topic;
  const [replicationFactor = 0] = replicationFactorsOf(topic);
  const config = Object.fromEntries([...configs.own].map((key) => [key, configs.values.get(key) ?? ""]));
  return { name, partitions: partitions.length, replicationFactor, config };
}
