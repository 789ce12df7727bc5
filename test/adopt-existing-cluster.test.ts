import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { alterPartitionReassignmentsV0 } from "@platformatic/kafka";
import type { Message, Producer, Transaction } from "kafkajs";
import { expect, onTestFinished, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { askBroker } from "../kafka/broker.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { listGroups } from "./cluster-requests.ts";
import { readEndOffsets } from "./kafka-tools.ts";
import { testConnection } from "./shared-cluster.ts";
import { createNamedTopics, deleteTopics } from "./topic-requests.ts";
import { Workspace } from "./workspace.ts";

/** Sends records to a topic's first partition, in order, each in a separate batch. */
async function send(
  producer: Producer | Transaction,
  topic: string,
  ...messages: Omit<Message, "partition">[]
) {
  for (const message of messages) await producer.send({ topic, messages: [{ ...message, partition: 0 }] });
}

/** Returns the source of one topic's declaration in a catalogue. */
function declarationOf(source: string, topic: string): string {
  const [, declaration = ""] = source.split(`"${topic}": {\n`);
  return declaration.slice(0, declaration.indexOf("\n  },"));
}

const json = '{"orderId":"o-1"}';
const avro = Buffer.from([0, 0, 0, 0, 1, 6, 0x66, 0x6f, 0x6f]);
const smokeHeaders = { "smoke-run": "r", "smoke-version": "1", "smoke-stack": "dev" };
const compact = { "cleanup.policy": "compact" };

const codecs = ["gzip", "lz4", "snappy", "zstd"];
const others = [
  "_schemas",
  "connect-configs",
  "living-count-changelog",
  "living.history",
  "living.registry",
  "living.store",
  "living.west.checkpoints.internal",
  "living.west.orders",
];
const inexpressible = ["living.deaf", "living.uneven"];
const living = [
  { name: "living.avro" },
  { name: "living.empty", partitions: 2 },
  { name: "living.json", partitions: 2 },
  { name: "living.marked" },
  { name: "living.large", config: { "max.message.bytes": "2000000" } },
  { name: "living.only-smoked" },
  { name: "living.smoked" },
  { name: "living.tombstones", config: compact },
  { name: "living.transactions" },
  ...codecs.flatMap((codec) => [
    { name: `living.${codec}.json`, config: { "compression.type": codec } },
    { name: `living.${codec}.text`, config: { "compression.type": codec } },
  ]),
  ...others.map((name) => ({ name, config: name.startsWith("living.") ? compact : {} })),
  { name: "living.deaf", config: { "min.insync.replicas": "3" } },
  { name: "living.uneven", partitions: 2 },
  { name: "living.unlimited", config: { "flush.messages": "9007199254740993" } },
];

async function sendAll(producer: Producer): Promise<void> {
  await send(producer, "living.avro", { value: json }, { value: avro });
  await send(producer, "living.json", { value: json });
  // Larger than the first read of a partition.
  await send(producer, "living.large", { value: `${"large ".repeat(50_000)}` });
  await send(producer, "living.only-smoked", { value: json, headers: smokeHeaders });
  await send(producer, "living.smoked", { value: "text" }, { value: json, headers: smokeHeaders });
  const tombstones = Array.from({ length: 12 }, (_, at) => ({ key: `k${at}`, value: null }));
  await send(producer, "living.tombstones", { key: "k", value: json }, ...tombstones);
  for (const codec of codecs) {
    await send(producer, `living.${codec}.json`, { value: json });
    await send(producer, `living.${codec}.text`, { value: "text ".repeat(100) });
  }
  await send(producer, "living.store", { key: "connector-sink", value: '{"properties":{}}' });
  const change = '{"source":{"server":"shop"},"position":{"lsn":1},"ddl":"CREATE TABLE a"}';
  await send(producer, "living.history", { key: "k", value: change });
  await send(producer, "living.registry", { key: '{"keytype":"SCHEMA","magic":1}', value: "{}" });
}

/** Adds a second replica to one of a topic's partitions, as an aborted reassignment leaves it. */
async function addReplica(topic: string): Promise<void> {
  const read = async () => (await readLiveCluster(testConnection(), [topic])).topics[0]?.partitions ?? [];
  const { brokers } = await readLiveCluster(testConnection(), [topic]);
  const [{ replicas: [first = 0] = [] } = {}] = await read();
  const replicas = [first, brokers.find((id) => id !== first) ?? 0];
  const topics = [{ name: topic, partitions: [{ partitionIndex: 0, replicas }] }];
  // Any broker forwards the request to the controller.
  await askBroker(testConnection(), (broker) =>
    alterPartitionReassignmentsV0.api.async(broker, 30_000, true, topics),
  );
  await expect.poll(async () => (await read())[0]?.replicas.length, { timeout: 30_000 }).toBe(2);
}

test("Adopting an existing cluster protects other software and non-JSON topics, and one topic does not affect the others", async () => {
  const moved: Catalogue = { "moved.one": { partitions: 1, replicationFactor: 1 } };
  await using workspace = new Workspace(moved);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  await createNamedTopics(living);
  onTestFinished(() => deleteTopics(living.map(({ name }) => name)));
  await addReplica("living.uneven");
  const kafka = createKafka(testConnection());
  const producer = kafka.producer();
  await producer.connect();
  await sendAll(producer);
  await producer.disconnect();
  const transactional = kafka.producer({
    transactionalId: "living",
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await transactional.connect();
  const transaction = await transactional.transaction();
  await send(transaction, "living.transactions", { value: json });
  await send(transaction, "living.marked", { value: "text" });
  await transaction.commit();
  await transactional.disconnect();
  // The marker that ends the transaction takes one more offset, a moment later.
  const end = async () => (await readEndOffsets()).get("living.transactions:0");
  await expect.poll(end, { timeout: 10_000 }).toBe(2);
  // Only the marker of the transaction is left.
  const admin = kafka.admin();
  await admin.connect();
  const partitions = (await admin.fetchTopicOffsets("living.marked")).map(({ partition }) => {
    return { partition, offset: "1" };
  });
  await admin.deleteTopicRecords({ topic: "living.marked", partitions });
  await admin.disconnect();
  const [endOffsets, groups] = [await readEndOffsets(), await listGroups()];

  // Written to a directory, with imports that fit it. Only topics that cannot be declared are left out.
  const place = "infra/topics/payments/eu/living.ts";
  const include = ["living*", "_schemas", "connect-configs"].flatMap((glob) => ["--topic", glob]);
  const adopted = await workspace.run("adopt", ...include, "--out", place, "--json", "adopted.json");
  expect.soft(adopted.exitCode).toBe(1);
  const produced = [
    "living.empty",
    ...codecs.map((codec) => `living.${codec}.json`),
    "living.json",
    "living.marked",
    "living.only-smoked",
    "living.tombstones",
    "living.transactions",
    "living.unlimited",
  ].sort();
  expect.soft(adopted.stdout).toContain(`18 topics written to ${place}.
npm run smoke writes a JSON record to each partition of 11 topics:
${produced.map((name) => `  ${name}\n`).join("")}It makes a dry run of 7 topics, which writes nothing; comments in the file give the reasons.`);
  expect
    .soft(adopted.stdout)
    .toContain(`8 topics of other software left out; --internal adopts them with smoke: "dry-run":
  a schema registry: _schemas, living.registry
  Kafka Connect: connect-configs, living.store
  Kafka Streams: living-count-changelog
  MirrorMaker 2: living.west.checkpoints.internal
  MirrorMaker 2, which copies it from living.west: living.west.orders
  Debezium: living.history
`);
  expect.soft(adopted.stderr).toBe(`2 topics left out, because a catalogue cannot declare them as they are:
  living.deaf: min.insync.replicas is 3, allowed: at most the replication factor, 1: no write with acks=all could succeed
  living.uneven: its partitions have 1 and 2 replicas, perhaps because of a reassignment
Change them on the cluster, or leave them out with --exclude.
`);
  const written = JSON.parse(readFileSync(join(workspace.folder, "adopted.json"), "utf8"));
  expect.soft(written).toMatchObject({ version: 1, stack: "test", file: place, gone: [], declared: 0 });
  expect.soft(written.adopted).toHaveLength(18);
  expect.soft(written.adopted).toContainEqual({ topic: "living.json" });
  expect.soft(written.adopted).toContainEqual({
    topic: "living.avro",
    code: "RECORDS_NOT_JSON",
    partition: 0,
    offset: "1",
    message: "Its newest records are not JSON (partition 0, offset 1).",
  });
  expect.soft(written.internal).toContainEqual({
    topic: "connect-configs",
    code: "TOPIC_OF_OTHER_SOFTWARE",
    observed: "Kafka Connect",
    message: "It belongs to Kafka Connect.",
  });
  expect.soft(written.errors).toContainEqual({
    topic: "living.deaf",
    code: "CONFIGS_CONTRADICT",
    key: "min.insync.replicas",
    expected: "at most the replication factor, 1: no write with acks=all could succeed",
    observed: "3",
    message:
      "min.insync.replicas is 3, allowed: at most the replication factor, 1: no write with acks=all could succeed",
  });
  const source = readFileSync(join(workspace.folder, place), "utf8");
  expect.soft(source).toContain('import type { Catalogue } from "../../../topic.ts";');
  const dryRunOnly = (topic: string) => declarationOf(source, topic).split("\n").slice(-2).join("\n");
  const notJson = (offset: number) =>
    `    // Its newest records are not JSON (partition 0, offset ${offset}).\n    smoke: "dry-run",`;
  expect.soft(dryRunOnly("living.avro")).toBe(notJson(1));
  for (const name of ["large", "smoked", ...codecs.map((codec) => `${codec}.text`)])
    expect.soft(dryRunOnly(`living.${name}`)).toBe(notJson(0));
  for (const name of produced) expect.soft(declarationOf(source, name)).not.toContain("smoke");
  for (const name of [...others, ...inexpressible]) expect.soft(source).not.toContain(name);

  const internal = await workspace.run(
    "adopt",
    "--internal",
    ...inexpressible.flatMap((name) => ["--exclude", name]),
    ...include,
    "--out",
    "infra/topics/others.ts",
  );
  expect.soft(internal).toMatchObject({ exitCode: 0, stderr: "" });
  expect
    .soft(internal.stdout)
    .toContain(
      "8 topics written to infra/topics/others.ts.\nnpm run smoke writes no records to these topics.\nIt makes a dry run of 8 topics, which writes nothing",
    );
  // Reading the records leaves no record and no consumer group behind.
  expect.soft(await readEndOffsets()).toEqual(endOffsets);
  expect.soft(await listGroups()).toEqual(groups);

  // A file that is moved into a directory declares the same topics.
  rmSync(join(workspace.folder, "infra", "topics", "team.ts"));
  workspace.writeCatalogue("payments/team.ts", `export const topics = ${JSON.stringify(moved)};\n`);
  const preview = await workspace.run("preview");
  expect.soft(preview.stdout).toContain("= 26 to import\n    2 unchanged");
  expect.soft(await workspace.up()).toMatchObject({ exitCode: 0 });
  const smoke = await workspace.run("smoke");
  expect.soft(smoke).toMatchObject({ exitCode: 0 });
  const after = await readEndOffsets();
  const grown = [...after].filter(([partition, end]) => end > (endOffsets.get(partition) ?? 0));
  expect
    .soft([...new Set(grown.map(([partition]) => partition.replace(/:\d+$/, "")))].sort())
    .toEqual([...produced, "moved.one"]);
}, 300_000);
