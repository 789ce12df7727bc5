import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { writeDry } from "../kafka/dry-write.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import type { Results } from "../smoke/result.ts";
import { latenciesOf } from "../smoke/table.ts";
import { listGroups, listTransactionalIds } from "./cluster-requests.ts";
import { describeTopics, readEndOffsets, readRecords } from "./kafka-tools.ts";
import { testConnection } from "./shared-cluster.ts";
import { createNamedTopics, deleteTopics } from "./topic-requests.ts";
import { codesIn, readResults, Workspace } from "./workspace.ts";

const compressed = { partitions: 2, replicationFactor: 2, sample: { text: "again and again ".repeat(200) } };
const catalogue = {
  "smoke.plain": {
    partitions: 3,
    replicationFactor: 2,
    sample: { company: "网易有道", timestamp: 1605052800.123 },
  },
  "smoke.compact": {
    partitions: 2,
    replicationFactor: 3,
    config: { "cleanup.policy": "compact", "min.insync.replicas": 2 },
  },
  "smoke.gzip": { ...compressed, config: { "compression.type": "gzip" } },
  "smoke.lz4": { ...compressed, config: { "compression.type": "lz4" } },
  "smoke.snappy": { ...compressed, config: { "compression.type": "snappy" } },
  "smoke.zstd": { ...compressed, config: { "compression.type": "zstd" } },
  "smoke.looked-at": { partitions: 1, replicationFactor: 1, smoke: "metadata" },
  "smoke.left-out": { partitions: 1, replicationFactor: 1, smoke: { off: "belongs to another team" } },
} satisfies Catalogue;

test("Every partition accepts and returns a record, whatever the topic's config, and no group remains", async () => {
  await using workspace = new Workspace(catalogue);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });

  const smoke = await workspace.run("smoke");
  expect(smoke).toMatchObject({ exitCode: 0, stderr: "" });
  const { topics } = readResults(workspace);
  expect(topics.map((topic) => [topic.topic, latenciesOf(topic).length])).toEqual([
    ["smoke.compact", 2],
    ["smoke.gzip", 2],
    ["smoke.left-out", 0],
    ["smoke.looked-at", 0],
    ["smoke.lz4", 2],
    ["smoke.plain", 3],
    ["smoke.snappy", 2],
    ["smoke.zstd", 2],
  ]);
  const offsets = await readEndOffsets();
  expect(offsets.get("smoke.plain:2")).toBe(1);
  expect(offsets.get("smoke.zstd:1")).toBe(1);
  // The record and its tombstone.
  expect(offsets.get("smoke.compact:1")).toBe(2);
  expect(offsets.get("smoke.looked-at:0")).toBe(0);
  expect(offsets.get("smoke.left-out:0")).toBe(0);

  const [plain] = await readRecords("smoke.plain", 1);
  expect(plain).toMatch(
    /^smoke-run:smoke-[-0-9a-f]+,smoke-version:1,smoke-stack:test\tsmoke-\d\t\{"company":"网易有道"/,
  );
  const compacted = await readRecords("smoke.compact", 2);
  expect(compacted.filter((line) => line.endsWith("\tnull"))).toHaveLength(1);

  // Three runs at once, two of them on the same topics.
  const [compact, several, verbose] = await Promise.all([
    workspace.run("smoke", "--json", "--topic", "smoke.compact"),
    workspace.run("smoke", "--json", "--topic", "smoke.*p*"),
    workspace.run("smoke", "--verbose", "--topic", "smoke.*z*"),
  ]);
  for (const run of [compact, several, verbose]) expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(compact.stdout)).toMatchObject({ version: 1, totals: { passed: 1, records: 2 } });
  expect(JSON.parse(several.stdout)).toMatchObject({ version: 1, totals: { passed: 4, records: 9 } });
  expect(verbose.stdout).toMatch(/^smoke\.gzip:0:\d key=smoke-0 value=\{"text":"again and again/);
  expect(await listGroups()).toEqual([]);

  const misspelt = ["--topic", "smoke.looked-at", "--topic", "smoek.*", "--exclude", "*.old"];
  expect(await workspace.run("smoke", ...misspelt)).toMatchObject({
    exitCode: 0,
    stderr:
      "--topic smoek.*: matches none of the 8 topics.\n--exclude *.old: matches none of the 8 topics.\n",
  });
  expect(await workspace.run("smoke", "--topic", "smoke.zstd", "--exclude", "smoke.*")).toMatchObject({
    exitCode: 1,
    stderr: "The smoke suite could not run.\nNone of the 8 topics that stack test deployed is selected.\n",
  });
});

test("After a failed update, the suite checks what is deployed, not what was declared", async () => {
  const topic = { partitions: 1, replicationFactor: 1 };
  await using workspace = new Workspace({ "smoke.kept": topic }, { preflight: "off" });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const added = { "smoke.created": topic, "smoke.never-created": { ...topic, replicationFactor: 9 } };
  workspace.declare({ "smoke.kept": topic, ...added });
  expect((await workspace.up()).exitCode).not.toBe(0);
  // An update would delete the other topic, and is refused.
  workspace.declare(added);
  expect((await workspace.up()).exitCode).not.toBe(0);

  expect(await workspace.run("smoke")).toMatchObject({ exitCode: 0 });
  expect(readResults(workspace).topics.map(({ topic, mode }) => [topic, mode])).toEqual([
    ["smoke.created", "produce"],
    ["smoke.kept", "metadata"],
  ]);
  const { stdout } = await workspace.run("topics", "--json");
  const listed: { topics: { name: string; managed: boolean }[] } = JSON.parse(stdout);
  const managed = listed.topics.filter((one) => one.managed);
  expect(managed.map(({ name }) => name)).toEqual(["smoke.created", "smoke.kept"]);
  workspace.declare({ "smoke.kept": topic });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
});

test("A dry run finds out whether each partition accepts records, reads the newest ones, and leaves no trace", async () => {
  const one = { partitions: 1, replicationFactor: 1 };
  const topics = {
    "dry.avro": { partitions: 3, replicationFactor: 2, smoke: "dry-run" },
    "dry.compact": { ...one, smoke: "metadata", config: { "cleanup.policy": "compact" } },
    "dry.narrow": { ...one, config: { "max.message.bytes": 100 } },
    "dry.off": { ...one, smoke: { off: "belongs to another team" } },
    "dry.recent": { ...one, config: { "message.timestamp.before.max.ms": 0 } },
    "dry.zstd": { ...one, config: { "compression.type": "zstd", "min.insync.replicas": 1 } },
  } satisfies Catalogue;
  await using workspace = new Workspace(topics);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  await createNamedTopics([
    { name: "_schemas" },
    { name: "app-changelog" },
    { name: "other", partitions: 2 },
  ]);
  const kafka = createKafka(testConnection());
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({
    topic: "dry.avro",
    messages: [{ value: Buffer.from([0, 0, 0, 0, 17]), partition: 2 }],
  });
  // More than is first read of a partition.
  await producer.send({ topic: "dry.compact", messages: [{ key: "k", value: "x".repeat(100_000) }] });
  await producer.send({ topic: "other", messages: [{ value: "text", partition: 1 }] });
  await producer.disconnect();
  const committing = kafka.producer({ transactionalId: "dry", maxInFlightRequests: 1, idempotent: true });
  await committing.connect();
  const transaction = await committing.transaction();
  await transaction.send({ topic: "dry.zstd", messages: [{ value: JSON.stringify("x".repeat(1000)) }] });
  await transaction.commit();
  await committing.disconnect();
  // The marker that ends the transaction takes one more offset, a moment later.
  const end = async () => (await readEndOffsets()).get("dry.zstd:0");
  await expect.poll(end, { timeout: 10_000 }).toBe(2);
  const readTraces = async () => ({
    endOffsets: await readEndOffsets(),
    groups: (await listGroups()).sort(),
    transactionalIds: (await listTransactionalIds()).sort(),
    topics: await describeTopics(),
  });
  const before = await readTraces();
  expect(before.transactionalIds).toContain("dry");

  const [deployed, undeclared, printed] = await Promise.all([
    workspace.run("smoke", "--dry-run", "--json"),
    workspace.run("smoke", "--undeclared", "--json"),
    workspace.run("smoke", "--undeclared"),
  ]);
  for (const run of [deployed, undeclared, printed]) expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  const newestIn = ({ topics }: Results) =>
    topics.map(({ topic, mode, verdict, partitionResults }) => [
      ...[topic, mode, verdict],
      ...partitionResults.map(({ newest }) => newest),
    ]);
  expect(newestIn(JSON.parse(deployed.stdout))).toEqual([
    ["dry.avro", "dry-run", "passed", "empty", "empty", "0"],
    ["dry.compact", "dry-run", "passed", "0"],
    ["dry.narrow", "dry-run", "passed", "empty"],
    ["dry.off", "off", "skipped", undefined],
    ["dry.recent", "dry-run", "passed", "empty"],
    ["dry.zstd", "dry-run", "passed", "0"],
  ]);
  expect(JSON.parse(deployed.stdout).totals).toMatchObject({ passed: 5, skipped: 1, records: 0, dryRuns: 7 });
  expect(newestIn(JSON.parse(undeclared.stdout))).toEqual([
    ["_schemas", "dry-run", "passed", "empty"],
    ["app-changelog", "dry-run", "passed", "empty"],
    ["other", "dry-run", "passed", "empty", "0"],
  ]);
  expect(printed.stdout).toMatch(/│ other +│ +2 │ +1 │ +dry run: 2 of 2, 1 empty │/);
  expect(printed.stdout).toContain("3 passed; dry run of 4 partitions in ");
  expect(await readTraces()).toEqual(before);
  expect(existsSync(join(workspace.folder, "smoke-report"))).toBe(false);

  // Without flags, only the topics with this mode are left alone.
  const selected = ["--topic", "dry.avro", "--topic", "dry.zstd"];
  expect(await workspace.run("smoke", ...selected)).toMatchObject({ exitCode: 0, stderr: "" });
  expect(readResults(workspace).totals).toMatchObject({ passed: 2, records: 1, dryRuns: 3 });
  const ends = await readEndOffsets();
  const written = [...ends].filter(([partition, end]) => end !== before.endOffsets.get(partition));
  expect(written.map(([partition]) => partition)).toEqual(["dry.zstd:0"]);

  workspace.declare({ ...topics, "dry.avro": { ...topics["dry.avro"], smoke: "produce" } });
  const review = await workspace.run("review");
  expect(review.stdout).toContain('smoke "dry-run" → "produce": JSON will be written to this topic');
  expect(review.exitCode).toBe(0);

  expect(await workspace.run("smoke", "--dry-run", "--undeclared")).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringContaining("--undeclared: given with --dry-run, allowed: one of them"),
  });
  expect(await workspace.run("smoke", "--undeclared", "--topic", "dry.avro")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("None of the 3 topics that no stack declares is selected."),
  });

  // With a correct checksum, the broker does what one does that does not check it.
  const file = join(workspace.folder, "kafka", "dry-write.ts");
  const source = readFileSync(file, "utf8");
  writeFileSync(file, source.replace("~batch.readUInt32BE(checksumAt)", "batch.readUInt32BE(checksumAt)"));
  const appended = await workspace.run("smoke", "--dry-run", "--json", "--topic", "dry.avro");
  expect(appended.exitCode).toBe(2);
  expect(codesIn(JSON.parse(appended.stdout))).toEqual(["dry.avro DRY_WRITE_APPENDED"]);
  expect(appended.stdout).toContain("was appended to partitions 0 (offset 0), 1 (offset 0), 2 (offset 1)");
  const once = await readEndOffsets();
  expect([0, 1, 2].map((partition) => once.get(`dry.avro:${partition}`))).toEqual([1, 1, 2]);
});

test("A broker answers a dry write for each partition, and only the leader of a partition confirms it", async () => {
  await createNamedTopics([{ name: "dry.led", replicationFactor: 2 }]);
  const { topics, addresses } = await readLiveCluster(testConnection(), ["dry.led"]);
  const leader = topics[0]?.partitions[0]?.leader;
  const places = [
    { topic: "dry.led", partition: 0 },
    { topic: "dry.led", partition: 1 },
    { topic: "dry.missing", partition: 0 },
  ];
  const missing = { outcome: { apiId: "UNKNOWN_TOPIC_OR_PARTITION" } };
  for (const [broker, address] of addresses) {
    const answers = (await writeDry(testConnection(), address, places)).toSorted(
      (a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition,
    );
    const apiId = broker === leader ? "CORRUPT_MESSAGE" : "NOT_LEADER_OR_FOLLOWER";
    expect(answers).toMatchObject([{ ...places[0], outcome: { apiId } }, missing, missing]);
  }
  expect((await readEndOffsets()).get("dry.led:0")).toBe(0);
  await deleteTopics(["dry.led"]);
});

test("A stack that is not deployed and a cluster that does not answer each give one clear error and exit code 1", async () => {
  await using workspace = new Workspace({ "smoke.far": { partitions: 1, replicationFactor: 1 } });
  await workspace.createStack();
  const nothing = await workspace.run("smoke");
  expect(nothing).toMatchObject({ exitCode: 1, stdout: "" });
  expect(nothing.stderr).toContain("Stack test is not deployed");
  const all = ["smoke", "--undeclared", "--topic", "*", "--json"] as const;
  expect(JSON.parse((await workspace.run(...all)).stdout).topics).toEqual([]);
  await createNamedTopics([{ name: "smoke.undeclared" }]);
  const examined = await workspace.run(...all);
  expect(examined).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(examined.stdout).topics).toMatchObject([
    { topic: "smoke.undeclared", verdict: "passed" },
  ]);

  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  workspace.configure({ "kafka:bootstrapServers": ["127.0.0.1:1"] });
  const dead = await workspace.run("smoke");
  expect(dead).toMatchObject({ exitCode: 1, stdout: "" });
  expect(dead.stderr).toContain("127.0.0.1:1: refused, nothing listens there");

  workspace.configure({ "kafka:tlsEnabled": "true" });
  expect((await workspace.run("smoke")).stderr).toContain("it does not speak TLS");
  workspace.configure({ "kafka:saslUsername": "ada", "kafka:saslPassword": "secret" });
  expect((await workspace.run("smoke")).stderr).toContain("it does not use SASL");
});
