/** A convention by which software other than Kafka names the topics in which it keeps state of its own. */
type Convention = { readonly software: string; readonly name: RegExp };

/** Kafka's own topics; metadata marks only some of them as internal. */
export const kafkasOwnTopics: readonly string[] = [
  "__consumer_offsets",
  "__transaction_state",
  "__share_group_state",
  "__cluster_metadata",
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

/** In the order in which they are tried, the particular before the general, each with its source. */
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
  // MirrorMaker 2: DefaultReplicationPolicy's checkpoints, offset syncs and heartbeats, and the names under which its
  // Connect workers keep theirs. Its isInternalTopic takes whatever ends in .internal, as topics of teams do too.
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
  // LinkedIn's Cruise Control, and how Strimzi and IBM Event Streams call its topics.
  { software: "Cruise Control", name: /^__(Kafka)?CruiseControl|(^|\.)cruisecontrol\./ },
  // Debezium: topic.heartbeat.prefix, and how its tutorials call schema.history.internal.kafka.topic.
  {
    software: "Debezium",
    name: /^__debezium-|^(schema[-_]?(history|changes)|dbhistory)\.|(^|[-_.])(schema[-_]?(history|changes)|dbhistory)([-_.]internal)?$/i,
  },
  // remote.log.metadata topic of tiered storage, KIP-405.
  { software: "Kafka's tiered storage", name: /^__remote_log_metadata$/ },
  { software: "Confluent", name: /^__?confluent/ },
  { software: "Amazon MSK", name: /^__amazon_msk/ },
  { software: "Redpanda", name: /^__?redpanda|^_internal_connectors/ },
  { software: "Conduktor", name: /^__?conduktor/ },
  { software: "Lenses", name: /^_kafka_lenses/ },
  { software: "Strimzi", name: /^__strimzi/ },
  // What begins so is hidden by the tools of most vendors, and never replicated by MirrorMaker 2.
  { software: 'software whose topics begin with "_"', name: /^_/ },
  { software: 'software whose topics begin with "."', name: /^\./ },
];

/** The software that a topic belongs to by its name, if that is not the teams'. */
export function findOwnerByName(topic: string): string | undefined {
  return conventions.find(({ name }) => name.test(topic))?.software;
}

// KafkaConfigBackingStore and KafkaStatusBackingStore of Kafka Connect.
const connectKey =
  /^((connector|commit|target-state|restart-connector|status-connector|status-topic|logger-cluster|tasks-fencing)-.+|(status-)?task-.+-\d+|session-key)$/;

/**
 * The software that a compacted topic belongs to by the keys of its records: Connect's three topics and a schema
 * registry's may have any name, and hold JSON.
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

/** KafkaOffsetBackingStore of Kafka Connect: `["connector", { the partition of the source }]`. */
function isSourcePartition(key: unknown): boolean {
  return Array.isArray(key) && key.length === 2 && typeof key[0] === "string" && typeof key[1] === "object";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
