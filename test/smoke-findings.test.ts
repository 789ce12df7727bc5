import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Producer } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { listGroups } from "./cluster-requests.ts";
import { readEndOffsets } from "./kafka-tools.ts";
import { testConnection } from "./shared-cluster.ts";
import { deleteTopics, growTopic, setConfig } from "./topic-requests.ts";
import { codesIn, readResults, Workspace } from "./workspace.ts";

// Each test changes its own topics on the cluster, and runs the suite on them.

const one = { partitions: 1, replicationFactor: 1 };
const replicated = { partitions: 1, replicationFactor: 2 };
const two = { partitions: 2, replicationFactor: 2 };
const topics = {
  "altered.deleted": two,
  "altered.grown": two,
  "altered.reconfigured": { ...replicated, config: { "retention.ms": 3_600_000 } },
  "altered.extended": replicated,
  "altered.untouched": two,
  "held.aborted": replicated,
  "held.open": two,
  "held.short": replicated,
  "other.avro": { partitions: 3, replicationFactor: 2 },
  "other.by-stack": one,
  "other.committed": one,
  "other.declared": { ...one, smoke: "produce" },
  "other.deleted": { ...one, config: { "cleanup.policy": "compact" } },
  "other.empty": one,
  "other.json": one,
  "other.later": { ...one, partitions: 3 },
  "other.mixed": { ...one, partitions: 2 },
  "other.text": { ...one, config: { "compression.type": "zstd" } },
  "refusing.narrow": { ...two, sample: { text: "below 100 bytes" } },
  "refusing.neighbour": two,
  "refusing.other": two,
  "refusing.oversized": { ...two, sample: { text: "x".repeat(1000) } },
} satisfies Catalogue;

let workspace: Workspace;

beforeAll(async () => {
  const smoke = [{ topics: "*.by-stack", mode: "produce", because: "its consumers skip these records" }];
  workspace = new Workspace(topics, { smoke });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
});

afterAll(() => workspace?.[Symbol.asyncDispose]());

test("No record is sent to a topic whose newest records are not JSON, unless the topic or its stack declares it", async () => {
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
    ["other.later", { value: "[]", partition: 1 }],
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
  // The marker that ends the transaction takes one more offset, a moment later.
  const end = async () => (await readEndOffsets()).get("other.committed:0");
  await expect.poll(end, { timeout: 10_000 }).toBe(2);
  const before = await readEndOffsets();

  const run = await workspace.run("smoke", "--verbose", "--topic", "other.*");
  expect(run.exitCode).toBe(2);
  expect(run.stdout).toContain(
    "other.avro: written: no record was sent, because the topic's newest records are not JSON: the record at offset 0 of " +
      'partition 2 begins with a schema registry\'s magic byte and schema id 17. Declare smoke: "dry-run"',
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
    ["other.later", "passed", undefined],
    ["other.mixed", "failed", "RECORDS_NOT_JSON"],
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
    "other.later:0",
    "other.later:1",
    "other.later:2",
  ]);
  const junit = readFileSync(join(workspace.folder, "smoke-report", "junit.xml"), "utf8");
  expect(junit.match(/<failure [^>]*newest records are not JSON: the record at offset/g)).toHaveLength(4);

  // An update of nothing but outputs is enough. The suite's own records among the newest ones are no obstacle.
  workspace.declare({ ...topics, "other.text": { ...topics["other.text"], smoke: "produce" } });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const again = await workspace.run("smoke", "--topic", "other.json", "--topic", "other.text");
  expect(again).toMatchObject({ exitCode: 0 });

  // They do not hide what others write: to another partition, or before them.
  await producer.connect();
  await producer.send({ topic: "other.later", messages: [{ value: avro, partition: 1 }] });
  const own = { value: "{}", headers: { "smoke-run": "r" }, partition: 0 };
  await producer.send({ topic: "other.empty", messages: [{ value: avro, partition: 0 }] });
  for (let at = 0; at < 12; at++) await producer.send({ topic: "other.empty", messages: [own] });
  await producer.disconnect();
  const ends = await readEndOffsets();
  const hidden = await workspace.run("smoke", "--topic", "other.empty", "--topic", "other.later");
  expect(hidden.exitCode).toBe(2);
  expect(codesIn(readResults(workspace))).toEqual([
    "other.empty RECORDS_NOT_JSON",
    "other.later RECORDS_NOT_JSON",
  ]);
  expect(hidden.stdout).toContain("the record at offset 2 of partition 1 begins with");
  expect(await readEndOffsets()).toEqual(ends);
});

test("A transaction that has been open for long is a warning, and delays no record of the suite", async () => {
  const kafka = createKafka(testConnection());
  const connect = async (transactionalId: string) => {
    const producer = kafka.producer({
      ...{ transactionalId, maxInFlightRequests: 1, idempotent: true },
      transactionTimeout: 600_000,
    });
    await producer.connect();
    return producer;
  };
  // The times of records are those of events, not of the transaction.
  const hour = 3_600_000;
  const begin = async (producer: Producer, topic: string, timestampMs: number) => {
    const transaction = await producer.transaction();
    const message = { value: "{}", partition: 0, timestamp: String(timestampMs) };
    await transaction.send({ topic, messages: [message] });
    return transaction;
  };
  const [first, second, third, fourth] = await Promise.all(["1", "2", "3", "4"].map(connect));
  if (!first || !second || !third || !fourth) throw new Error("four producers connect");
  const aborted = await begin(first, "held.aborted", Date.now() - 48 * hour);
  await aborted.abort();
  const beganAt = Date.now();
  const future = await begin(second, "held.open", beganAt + hour / 2);
  const busy = await begin(third, "held.open", beganAt);
  await wait(10_000);
  const message = { value: "{}", partition: 0 };
  await busy.send({ topic: "held.open", messages: [message] });
  const done = new AbortController();
  const commit = async () => {
    while (!done.signal.aborted) {
      const transaction = await begin(fourth, "held.short", Date.now() - 48 * hour);
      await wait(500);
      await transaction.commit();
    }
  };

  const committing = commit();
  const smoke = await workspace.run("smoke", "--topic", "held.*");
  done.abort();
  await committing;
  expect(smoke.exitCode, smoke.stdout).toBe(0);
  const results = readResults(workspace);
  expect(results.topics.map(({ topic, checks }) => [topic, checks.find(({ code }) => code)?.code])).toEqual([
    ["held.aborted", undefined],
    ["held.open", "TRANSACTION_OPEN"],
    ["held.short", undefined],
  ]);
  expect(results).toMatchObject({ totals: { passed: 2, warning: 1, records: 4 }, retries: {} });
  expect(results.durationMs).toBeLessThan(20_000);
  expect(smoke.stdout).toMatch(/held\.open: transactions: producer \d+ has had a transaction open since/);
  const times = [...smoke.stdout.matchAll(/open since (\S+ \S+) UTC in partition 0[;.]/g)];
  expect(times).toHaveLength(2);
  for (const [, since] of times)
    expect(Math.abs(Date.parse(`${since}Z`) - beganAt), smoke.stdout).toBeLessThan(10_000);
  const markdown = readFileSync(join(workspace.folder, "smoke-report", "summary.md"), "utf8");
  expect(markdown).toMatch(/### Warnings\n\n- \*\*`held\.open`\*\*: transactions: producer \d+ has had/);
  for (const transaction of [future, busy]) await transaction.abort();
  for (const producer of [first, second, third, fourth]) await producer.disconnect();
});

test("A topic that refuses its record is the only one to fail: the records of the others come back", async () => {
  await setConfig("refusing.narrow", { "max.message.bytes": 100 });
  await setConfig("refusing.oversized", { "max.message.bytes": 1000 });

  const smoke = await workspace.run("smoke", "--topic", "refusing.*");
  expect(smoke.exitCode).toBe(2);
  const results = new Map(readResults(workspace).topics.map((result) => [result.topic, result]));
  const written = (topic: string) => results.get(topic)?.checks.find(({ name }) => name === "written");
  expect(written("refusing.narrow")?.cause).toContain("the record is larger than the topic allows");
  expect(written("refusing.oversized")?.cause).toContain(
    "the sample is larger (1011 bytes) than the topic takes",
  );
  expect(results.get("refusing.neighbour")).toMatchObject({ verdict: "passed" });
  expect(results.get("refusing.other")).toMatchObject({ verdict: "passed" });
  expect(await listGroups()).toEqual([]);
});

test("A topic deleted or altered behind Pulumi's back fails by name, and the others pass", async () => {
  await deleteTopics(["altered.deleted"]);
  await growTopic("altered.grown", 4);
  await setConfig("altered.reconfigured", { "retention.ms": 1000 });
  await setConfig("altered.extended", { "segment.ms": 60_000 });

  const jobSummary = join(workspace.folder, "job-summary.md");
  workspace.environment = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: jobSummary };
  const smoke = await workspace.run("smoke", "--topic", "altered.*");
  workspace.environment = {};
  expect(smoke.exitCode).toBe(2);
  expect(smoke.stderr).toContain("::error title=altered.deleted exists::the topic is missing");
  expect(smoke.stderr).toContain(
    "::warning title=altered.extended config segment.ms::segment.ms=60000 is set",
  );
  expect(smoke.stdout).toContain("altered.deleted: exists: the topic is missing");
  expect(smoke.stdout).toContain(
    "altered.grown: partitions: changed by hand from 2 to 4 partitions. The partition count cannot be reduced",
  );
  const failed = readResults(workspace).topics.filter(({ checks }) =>
    checks.some(({ verdict }) => verdict === "failed"),
  );
  expect(failed.map(({ topic }) => topic)).toEqual([
    "altered.deleted",
    "altered.grown",
    "altered.reconfigured",
  ]);
  expect(smoke.stdout).toContain("retention.ms was changed by hand from 1 hour to 1 second");
  expect(smoke.stdout).toContain(
    "altered.extended: config segment.ms: segment.ms=60000 is set on the cluster and not declared",
  );
  const found = readResults(workspace).topics.flatMap(({ topic, checks }) =>
    checks.flatMap(({ code, expected, observed }) => (code ? [[topic, code, expected, observed]] : [])),
  );
  expect(found).toEqual([
    ["altered.deleted", "TOPIC_MISSING", "on the cluster", "not on the cluster"],
    ["altered.deleted", "RECORDS_NOT_TRIED", "2 records", "not tried"],
    ["altered.extended", "CONFIG_ADDED_BY_HAND", "not set", "60000"],
    ["altered.grown", "PARTITION_COUNT_DIFFERS", "2", "4"],
    ["altered.reconfigured", "CONFIG_CHANGED_BY_HAND", "3600000", "1000"],
  ]);
  const dryRun = await workspace.run("smoke", "--dry-run", "--topic", "altered.*", "--json");
  expect(dryRun.exitCode).toBe(2);
  expect(codesIn(JSON.parse(dryRun.stdout))).toEqual(codesIn(readResults(workspace)));
  expect(smoke.stdout).toContain("1 passed, 1 warning, 3 failed");
  const markdown = readFileSync(join(workspace.folder, "smoke-report", "summary.md"), "utf8");
  expect(readFileSync(jobSummary, "utf8")).toBe(markdown);
  expect(markdown).toMatch(/\*\*`altered\.deleted`\*\*.*\| `altered\.untouched` \|/s);
  const junit = readFileSync(join(workspace.folder, "smoke-report", "junit.xml"), "utf8");
  expect(junit).toContain('name="altered.deleted &gt; definition"');
  expect(junit.match(/<failure /g)).toHaveLength(4);
});
