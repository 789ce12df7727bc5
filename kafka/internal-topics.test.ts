import { expect, test } from "vitest";
import {
  findOwnerByKeys,
  findOwnerByName,
  isKafkasOwn,
  isSchemaHistory,
  ownersOn,
} from "./internal-topics.ts";

test("The topic of tiered storage is Kafka's own, although the metadata does not mark it as internal", () => {
  expect(isKafkasOwn({ name: "__remote_log_metadata", internal: false })).toBe(true);
});

test.for([
  ["_schemas", "a schema registry"],
  ["kafkasql-journal", "Apicurio Registry"],
  ["registry-kafkasql-snapshots", "Apicurio Registry"],
  ["connect-configs", "Kafka Connect"],
  ["connect-offsets", "Kafka Connect"],
  ["connect-status", "Kafka Connect"],
  ["connect-config-storage", "Kafka Connect"],
  ["docker-connect-offsets", "Kafka Connect"],
  ["my_connect_statuses", "Kafka Connect"],
  ["connect-cluster-configs", "Kafka Connect"],
  ["kafka-cp-kafka-connect-config", "Kafka Connect"],
  ["default.connect-offsets", "Kafka Connect"],
  ["mirrormaker2-cluster-offsets", "MirrorMaker 2"],
  ["mm2-configs.us-west.internal", "MirrorMaker 2"],
  ["mm2-offset-syncs.backup.internal", "MirrorMaker 2"],
  ["us-west.checkpoints.internal", "MirrorMaker 2"],
  ["heartbeats", "MirrorMaker 2"],
  ["us-west.heartbeats", "MirrorMaker 2"],
  ["totals-KSTREAM-AGGREGATE-STATE-STORE-0000000002-changelog", "Kafka Streams"],
  ["totals-by-customer-repartition", "Kafka Streams"],
  ["app-KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-0000000006-topic", "Kafka Streams"],
  ["app-KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-0000000014-topic", "Kafka Streams"],
  ["app-named-subscription-registration-topic", "Kafka Streams"],
  ["stations-__assignor-__leader", "Faust"],
  ["default_ksql_processing_log", "ksqlDB"],
  ["_confluent-ksql-default__command_topic", "ksqlDB"],
  ["strimzi.cruisecontrol.metrics", "Cruise Control"],
  ["__CruiseControlMetrics", "Cruise Control"],
  ["__KafkaCruiseControlPartitionMetricSamples", "Cruise Control"],
  ["__debezium-heartbeat.shop", "Debezium"],
  ["schema-changes.inventory", "Debezium"],
  ["dbhistory.inventory", "Debezium"],
  ["shop.schema-history", "Debezium"],
  ["_confluent-metrics", "Confluent"],
  ["__confluent.support.metrics", "Confluent"],
  ["__amazon_msk_canary", "Amazon MSK"],
  ["_redpanda.audit_log", "Redpanda"],
  ["_conduktor_gateway_acls", "Conduktor"],
  ["__strimzi_store_topic", "Strimzi"],
  ["_anything", 'software whose topics begin with "_"'],
  [".anything", 'software whose topics begin with "."'],
] as const)("By its name, %s belongs to %s", ([name, software]) => {
  expect(findOwnerByName(name)).toBe(software);
});

test.for([
  "orders",
  "orders_",
  "changelog",
  "device.connected-status",
  "connection-status",
  "disconnect-status",
  "interconnect.config",
  "connect",
  "connect-orders",
  "heartbeats-of-devices",
  "order-status",
  "consumer-offsets",
  "internal",
  "internal.orders",
  "payment-platform.card.v1.internal",
  "repartition-plan",
  "schema-history-viewer",
  "cruisecontrol",
])("%s belongs to no known software", (name) => {
  expect(findOwnerByName(name)).toBeUndefined();
});

test("Copies by MirrorMaker 2 are recognised by the checkpoints of their source", () => {
  const names = ["west.checkpoints.internal", "eu_2_checkpoints.internal", "_schemas"];
  const ownerOf = ownersOn(names);
  expect(["west.orders", "west.east.orders", "eu_2_orders"].map(ownerOf)).toEqual([
    "MirrorMaker 2, which copies it from west",
    "MirrorMaker 2, which copies it from west",
    "MirrorMaker 2, which copies it from eu_2",
  ]);
  expect(names.map(ownerOf)).toEqual(["MirrorMaker 2", "MirrorMaker 2", "a schema registry"]);
  expect(["orders", "west", "western.orders", "west-orders", "eu_orders"].map(ownerOf)).toEqual(
    Array(5).fill(undefined),
  );
  expect(ownersOn(["west.orders", "checkpoints.internal"])("west.orders")).toBeUndefined();
});

test.for([
  ['{"source":{"server":"shop"},"position":{"lsn":1},"databaseName":"shop","ddl":"CREATE TABLE a"}', true],
  ['{"source":{},"position":{},"tableChanges":[]}', true],
  ['{"source":{},"position":{}}', false],
  ['{"source":{"ts_ms":1},"op":"c","before":null,"after":{}}', false],
  ["null", false],
  ["CREATE TABLE a", false],
] as const)("%s is a record of a schema history: %s", ([text, expected]) => {
  expect(isSchemaHistory(Buffer.from(text))).toBe(expected);
});

test.for([
  [["connector-sink", "task-sink-0", "commit-sink", "target-state-sink", "session-key"], "Kafka Connect"],
  [["status-connector-sink", "status-task-sink-0", "status-topic-orders:connector-sink"], "Kafka Connect"],
  [['["source",{"server":"shop"}]'], "Kafka Connect"],
  [['{"keytype":"SCHEMA","subject":"orders-value","version":1,"magic":1}'], "a schema registry"],
  [['{"keytype":"NOOP","magic":0}', '{"keytype":"CONFIG","subject":null,"magic":0}'], "a schema registry"],
  [["connector-sink", "customer-7"], undefined],
  [["task-force"], undefined],
  [['["a","b"]'], undefined],
  [['{"keytype":1}', "{}"], undefined],
  [["null"], undefined],
  [[], undefined],
] as const)("By its keys, %s, a topic belongs to %s", ([keys, software]) => {
  expect(findOwnerByKeys(keys)).toBe(software);
});
