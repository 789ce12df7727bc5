/** A naming convention of software that keeps its own state in topics. */
type Convention = { readonly software: string; readonly name: RegExp };

/** Kafka's own topics; metadata marks only some of them as internal. */
export const kafkasOwnTopics: readonly string[] = [
  "__consumer_offsets",
  "__transaction_state",
  "__share_group_state",
  "__cluster_metadata",
  // Of tiered storage, KIP-405.
  "__remote_log_metadata",
];

/** Whether a topic is Kafka's own. */
export function isKafkasOwn({
  name,
  internal,
}: {
  readonly name: string;
  readonly internal: boolean;
}): boolean {
  return internal || kafkasOwnTopics.includes(name);
}

/** In the order in which they are tried, the specific before the general, each with its source. */
const conventions: readonly Convention[] = [
  // kafkastore.topic of Confluent's registry; Karapace and Redpanda use the same name.
  { software: "a schema registry", name: /^_schemas($|[-_.])/ },
  // Apicurio Registry's KafkaSQL storage: apicurio.kafkasql.topic, .snapshots.topic and .events.topic. IBM Event
  // Streams lists its own as eventstreams-apicurio-registry-*.
  {
    software: "Apicurio Registry",
    name: /(^|[-_.])kafkasql-(journal|snapshots|events|topic)$|apicurio-registry-/,
  },
  // config., offset. and status.storage.topic have no defaults. The names are those of Kafka's own
  // connect-distributed.properties and of the images and charts by Confluent, Debezium and Strimzi:
  // connect-configs, docker-connect-offsets, my_connect_statuses, cp-kafka-connect-config.
  {
    software: "Kafka Connect",
    name: /(?<!dis|re|inter)connect(?!ed|i(on|v|ng)).*[-_.](configs?|offsets?|status(es)?)([-_.]storage)?([-_.]topic)?$/i,
  },
  // MirrorMaker 2: DefaultReplicationPolicy's checkpoints, offset syncs and heartbeats, and the topics of its Connect
  // workers. Its isInternalTopic matches every name that ends in .internal, but so do topics of teams.
  {
    software: "MirrorMaker 2",
    name: /[-_.]checkpoints[-_.]internal$|^(.+\.)?heartbeats$|^(mm2|mirrormaker2?)[-_.]/i,
  },
  // Kafka's StreamsResetter.matchesInternalTopicFormat; Faust's tables end in -changelog too.
  {
    software: "Kafka Streams",
    name: /.-(changelog|repartition|subscription-(registration|response)-topic)$|.-KTABLE-FK-JOIN-SUBSCRIPTION-(REGISTRATION|RESPONSE)-\d+-topic$/,
  },
  { software: "Faust", name: /-__assignor-__leader$/ },
  // Confluent's ksqlDB: ksql.logging.processing.topic.name; its command topics begin with _confluent-ksql.
  { software: "ksqlDB", name: /ksql_processing_log$|^_confluent-ksql|ksql.*_command_topic$/ },
  // LinkedIn's Cruise Control, and the names of its topics in Strimzi and IBM Event Streams.
  { software: "Cruise Control", name: /^__(Kafka)?CruiseControl|(^|\.)cruisecontrol\./ },
  // Debezium: topic.heartbeat.prefix, and the names of schema.history.internal.kafka.topic in its tutorials.
  {
    software: "Debezium",
    name: /^__debezium-|^(schema[-_]?(history|changes)|dbhistory)\.|(^|[-_.])(schema[-_]?(history|changes)|dbhistory)([-_.]internal)?$/i,
  },
  { software: "Confluent", name: /^__?confluent/ },
  { software: "Amazon MSK", name: /^__amazon_msk/ },
  { software: "Redpanda", name: /^__?redpanda|^_internal_connectors/ },
  { software: "Conduktor", name: /^__?conduktor/ },
  { software: "Lenses", name: /^_kafka_lenses/ },
  { software: "Strimzi", name: /^__strimzi/ },
  // The tools of most vendors hide such topics, and MirrorMaker 2 never replicates them.
  { software: 'software whose topics begin with "_"', name: /^_/ },
  { software: 'software whose topics begin with "."', name: /^\./ },
];

/** Finds the software that a topic belongs to, by the topic's name; undefined for a team's topic. */
export function findOwnerByName(topic: string): string | undefined {
  return conventions.find(({ name }) => name.test(topic))?.software;
}

/**
 * The checkpoints that MirrorMaker 2 writes to the cluster that it copies to. Its DefaultReplicationPolicy gives them and the
 * copies the alias of the source as a prefix: west.checkpoints.internal, west.orders. The separators can be configured.
 */
const checkpoints = /^(?<prefix>(?<source>.+)[-_.])checkpoints[-_.]internal$/;

/**
 * Returns a function that finds the software that a topic belongs to, by its name and by the cluster's other topics.
 * @param names of all topics of the cluster
 */
export function ownersOn(names: readonly string[]): (topic: string) => string | undefined {
  const sources = names.flatMap((name) => {
    const { prefix, source } = checkpoints.exec(name)?.groups ?? {};
    return prefix === undefined ? [] : [{ prefix, source }];
  });
  return (topic) => {
    const owner = findOwnerByName(topic);
    if (owner !== undefined) return owner;
    const copied = sources.find(({ prefix }) => topic.startsWith(prefix));
    return copied && `MirrorMaker 2, which copies it from ${copied.source}`;
  };
}

// KafkaConfigBackingStore and KafkaStatusBackingStore of Kafka Connect.
const connectKey =
  /^((connector|commit|target-state|restart-connector|status-connector|status-topic|logger-cluster|tasks-fencing)-.+|(status-)?task-.+-\d+|session-key)$/;

/**
 * Finds the software that a compacted topic belongs to, by the keys of its records: the topics of Connect and of a
 * schema registry may have any name, and contain JSON.
 * @param keys of its newest records, as text
 */
export function findOwnerByKeys(keys: readonly string[]): string | undefined {
  if (keys.length === 0) return undefined;
  if (keys.every((key) => connectKey.test(key))) return "Kafka Connect";
  const parsed = keys.map(parseJson);
  if (parsed.every(isSourcePartition)) return "Kafka Connect";
  const isRegistry = parsed.every((key) => typeof key === "object" && key !== null && "keytype" in key);
  return isRegistry ? "a schema registry" : undefined;
}

/** A key of Kafka Connect's KafkaOffsetBackingStore: `["connector", { the partition of the source }]`. */
function isSourcePartition(key: unknown): boolean {
  return Array.isArray(key) && key.length === 2 && typeof key[0] === "string" && typeof key[1] === "object";
}

/**
 * Whether a record is of Debezium's schema history, a topic that may have any name and contains JSON: HistoryRecord with
 * the position in the source's log, and the change of the schema.
 */
export function isSchemaHistory(value: Buffer): boolean {
  const record = parseJson(value.toString());
  const has = (key: string) => typeof record === "object" && record !== null && key in record;
  return has("source") && has("position") && (has("ddl") || has("tableChanges"));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
