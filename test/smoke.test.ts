import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { latenciesOf } from "../smoke/table.ts";
import { listGroups } from "./cluster-requests.ts";
import { readEndOffsets, readRecords } from "./kafka-tools.ts";
import { testConnection } from "./shared-cluster.ts";
import { deleteTopics, growTopic, setConfig } from "./topic-requests.ts";
import { readResults, Workspace } from "./workspace.ts";

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

  const [plain] = await readRecords("smoke.plain");
  expect(plain).toMatch(
    /^smoke-run:smoke-[-0-9a-f]+,smoke-version:1,smoke-stack:test\tsmoke-\d\t\{"company":"网易有道"/,
  );
  const compacted = await readRecords("smoke.compact");
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

test("A topic deleted or altered behind Pulumi's back fails by name, and the others pass", async () => {
  await using workspace = new Workspace({
    "smoke.deleted": { partitions: 2, replicationFactor: 2 },
    "smoke.grown": { partitions: 2, replicationFactor: 2 },
    "smoke.reconfigured": { partitions: 1, replicationFactor: 2, config: { "retention.ms": 3_600_000 } },
    "smoke.extended": { partitions: 1, replicationFactor: 2 },
    "smoke.untouched": { partitions: 2, replicationFactor: 2 },
  });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  await deleteTopics(["smoke.deleted"]);
  await growTopic("smoke.grown", 4);
  await setConfig("smoke.reconfigured", { "retention.ms": 1000 });
  await setConfig("smoke.extended", { "segment.ms": 60_000 });

  const jobSummary = join(workspace.folder, "job-summary.md");
  workspace.environment = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: jobSummary };
  const smoke = await workspace.run("smoke");
  workspace.environment = {};
  expect(smoke.exitCode).toBe(2);
  expect(smoke.stderr).toContain("::error title=smoke.deleted exists::the topic is missing");
  expect(smoke.stderr).toContain("::warning title=smoke.extended config segment.ms::segment.ms=60000 is set");
  expect(smoke.stdout).toContain("smoke.deleted: exists: the topic is missing");
  expect(smoke.stdout).toContain(
    "smoke.grown: partitions: changed by hand from 2 to 4 partitions. The partition count cannot be reduced",
  );
  const failed = readResults(workspace).topics.filter(({ checks }) =>
    checks.some(({ verdict }) => verdict === "failed"),
  );
  expect(failed.map(({ topic }) => topic)).toEqual(["smoke.deleted", "smoke.grown", "smoke.reconfigured"]);
  expect(smoke.stdout).toContain("retention.ms was changed by hand from 1 hour to 1 second");
  expect(smoke.stdout).toContain(
    "smoke.extended: config segment.ms: segment.ms=60000 is set on the cluster and not declared",
  );
  const found = readResults(workspace).topics.flatMap(({ topic, checks }) =>
    checks.flatMap(({ code, expected, observed }) => (code ? [[topic, code, expected, observed]] : [])),
  );
  expect(found).toEqual([
    ["smoke.deleted", "TOPIC_MISSING", "on the cluster", "not on the cluster"],
    ["smoke.deleted", "RECORDS_NOT_TRIED", "2 records", "not tried"],
    ["smoke.extended", "CONFIG_ADDED_BY_HAND", "not set", "60000"],
    ["smoke.grown", "PARTITION_COUNT_DIFFERS", "2", "4"],
    ["smoke.reconfigured", "CONFIG_CHANGED_BY_HAND", "3600000", "1000"],
  ]);
  expect(smoke.stdout).toContain("1 passed, 1 warning, 3 failed");
  const markdown = readFileSync(join(workspace.folder, "smoke-report", "summary.md"), "utf8");
  expect(readFileSync(jobSummary, "utf8")).toBe(markdown);
  expect(markdown).toMatch(/\*\*`smoke\.deleted`\*\*.*\| `smoke\.untouched` \|/s);
  const junit = readFileSync(join(workspace.folder, "smoke-report", "junit.xml"), "utf8");
  expect(junit).toContain('name="smoke.deleted &gt; definition"');
  expect(junit.match(/<failure /g)).toHaveLength(4);
  await workspace.run("pulumi", "refresh", "--yes", "--skip-preview");
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

test("No record is sent to a topic whose newest records are not JSON, unless the topic or its stack declares it", async () => {
  const one = { partitions: 1, replicationFactor: 1 };
  const compacted = { ...one, config: { "cleanup.policy": "compact" } } as const;
  const smoke = [{ topics: "*.by-stack", mode: "produce", because: "its consumers skip these records" }];
  const topics: Catalogue = {
    "other.avro": { partitions: 3, replicationFactor: 2 },
    "other.by-stack": one,
    "other.committed": one,
    "other.declared": { ...one, smoke: "produce" },
    "other.deleted": compacted,
    "other.empty": one,
    "other.json": one,
    "other.mixed": { ...one, partitions: 2 },
    "other.text": { ...one, config: { "compression.type": "zstd" } },
  };
  await using workspace = new Workspace(topics, { smoke });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const kafka = createKafka(testConnection());
  const producer = kafka.producer();
  await producer.connect();
  const text = "text ".repeat(100);
  const avro = Buffer.from([0, 0, 0, 0, 17, 6, 0x66, 0x6f, 0x6f]);
  for (const [topic, message] of [
    ["other.avro", { value: avro, partition: 2 }],
    ["other.by-stack", { value: text }],
    ["other.declared", { value: text }],
    ["other.deleted", { key: "k", value: null }],
    ["other.json", { value: '{"orderId":"o-1"}' }],
    ["other.mixed", { value: text, partition: 0 }],
    ["other.mixed", { value: "[]", partition: 1 }],
    ["other.text", { value: text }],
  ] as const)
    await producer.send({ topic, messages: [message] });
  await producer.disconnect();
  const committing = kafka.producer({ transactionalId: "other", maxInFlightRequests: 1, idempotent: true });
  await committing.connect();
  const transaction = await committing.transaction();
  await transaction.send({ topic: "other.committed", messages: [{ value: Buffer.from([0xff, 1]) }] });
  await transaction.commit();
  await committing.disconnect();
  const before = await readEndOffsets();

  const run = await workspace.run("smoke");
  expect(run.exitCode).toBe(2);
  expect(run.stdout).toContain(
    "other.avro: written: no record was sent, because the topic's newest records are not JSON: the record at offset 0 of " +
      'partition 2 begins with a schema registry\'s magic byte and schema id 17. Declare smoke: "metadata"',
  );
  const results = readResults(workspace).topics;
  expect(
    results.map(({ topic, verdict, checks }) => [topic, verdict, checks.find(({ code }) => code)?.code]),
  ).toEqual([
    ["other.avro", "failed", "RECORDS_NOT_JSON"],
    ["other.by-stack", "passed", undefined],
    ["other.committed", "failed", "RECORDS_NOT_JSON"],
    ["other.declared", "passed", undefined],
    ["other.deleted", "passed", undefined],
    ["other.empty", "passed", undefined],
    ["other.json", "passed", undefined],
    ["other.mixed", "passed", undefined],
    ["other.text", "failed", "RECORDS_NOT_JSON"],
  ]);
  const after = await readEndOffsets();
  const written = [...after].filter(([partition, end]) => end !== before.get(partition));
  expect(written.map(([partition]) => partition).sort()).toEqual([
    "other.by-stack:0",
    "other.declared:0",
    "other.deleted:0",
    "other.empty:0",
    "other.json:0",
    "other.mixed:0",
    "other.mixed:1",
  ]);
  const junit = readFileSync(join(workspace.folder, "smoke-report", "junit.xml"), "utf8");
  expect(junit.match(/<failure [^>]*newest records are not JSON: the record at offset/g)).toHaveLength(3);

  // An update of nothing but outputs is enough. The suite's own records among the newest ones are no obstacle.
  workspace.declare({ ...topics, "other.text": { ...topics["other.text"], smoke: "produce" } });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const again = await workspace.run("smoke", "--topic", "other.json", "--topic", "other.text");
  expect(again).toMatchObject({ exitCode: 0 });
});

test("A topic that refuses its record is the only one to fail: the records of the others come back", async () => {
  await using workspace = new Workspace({
    "smoke.narrow": { partitions: 2, replicationFactor: 2, sample: { text: "below 100 bytes" } },
    "smoke.neighbour": { partitions: 2, replicationFactor: 2 },
    "smoke.other": { partitions: 2, replicationFactor: 2 },
    "smoke.oversized": { partitions: 2, replicationFactor: 2, sample: { text: "x".repeat(1000) } },
  });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  await setConfig("smoke.narrow", { "max.message.bytes": 100 });
  await setConfig("smoke.oversized", { "max.message.bytes": 1000 });

  const smoke = await workspace.run("smoke");
  expect(smoke.exitCode).toBe(2);
  const results = new Map(readResults(workspace).topics.map((result) => [result.topic, result]));
  const written = (topic: string) => results.get(topic)?.checks.find(({ name }) => name === "written");
  expect(written("smoke.narrow")?.cause).toContain("the record is larger than the topic allows");
  expect(written("smoke.oversized")?.cause).toContain(
    "the sample is larger (1011 bytes) than the topic takes",
  );
  expect(results.get("smoke.neighbour")).toMatchObject({ verdict: "passed" });
  expect(results.get("smoke.other")).toMatchObject({ verdict: "passed" });
  expect(await listGroups()).toEqual([]);
});

test("A stack that is not deployed and a cluster that does not answer each give one clear error and exit code 1", async () => {
  await using undeployed = new Workspace(catalogue);
  await undeployed.run("pulumi", "stack", "select", "test", "--create");
  const nothing = await undeployed.run("smoke");
  expect(nothing).toMatchObject({ exitCode: 1, stdout: "" });
  expect(nothing.stderr).toContain("Stack test is not deployed");

  await using unreachable = new Workspace({ "smoke.far": { partitions: 1, replicationFactor: 1 } });
  expect(await unreachable.up()).toMatchObject({ exitCode: 0 });
  unreachable.configure({ "kafka:bootstrapServers": ["127.0.0.1:1"] });
  const dead = await unreachable.run("smoke");
  expect(dead).toMatchObject({ exitCode: 1, stdout: "" });
  expect(dead.stderr).toContain("127.0.0.1:1: refused, nothing listens there");

  unreachable.configure({ "kafka:tlsEnabled": "true" });
  expect((await unreachable.run("smoke")).stderr).toContain("it does not speak TLS");
  unreachable.configure({ "kafka:saslUsername": "ada", "kafka:saslPassword": "secret" });
  expect((await unreachable.run("smoke")).stderr).toContain("it does not use SASL");
  unreachable.configure({});
});
