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
import { createNamedTopics, deleteTopics, growTopic, setConfig } from "./topic-requests.ts";
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
  const dryRun = await workspace.run("smoke", "--dry-run", "--json");
  expect(dryRun.exitCode).toBe(2);
  expect(codesIn(JSON.parse(dryRun.stdout))).toEqual(codesIn(readResults(workspace)));
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
  // The marker that ends the transaction takes one more offset, a moment later.
  const end = async () => (await readEndOffsets()).get("other.committed:0");
  await expect.poll(end, { timeout: 10_000 }).toBe(2);
  const before = await readEndOffsets();

  const run = await workspace.run("smoke");
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

test("A transaction that has been open for long is a warning, and delays no record of the suite", async () => {
  const one = { partitions: 1, replicationFactor: 2 };
  const topics = { "held.aborted": one, "held.open": { ...one, partitions: 2 }, "held.short": one };
  await using workspace = new Workspace(topics);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const kafka = createKafka(testConnection());
  const begin = async (topic: string, timestampMs: number) => {
    const producer = kafka.producer({
      ...{ transactionalId: topic, maxInFlightRequests: 1, idempotent: true },
      transactionTimeout: 600_000,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    const message = { value: "{}", partition: 0, timestamp: String(timestampMs) };
    await transaction.send({ topic, messages: [message] });
    return { transaction, end: () => producer.disconnect() };
  };
  const since = new Date(Date.now() - 300_000);
  const aborted = await begin("held.aborted", since.getTime());
  await aborted.transaction.abort();
  const open = await begin("held.open", since.getTime());
  // Not long yet, however slow this machine is.
  const short = await begin("held.short", Date.now() + 60_000);

  const smoke = await workspace.run("smoke");
  expect(smoke.exitCode, smoke.stdout).toBe(0);
  const results = readResults(workspace);
  expect(results.topics.map(({ topic, checks }) => [topic, checks.find(({ code }) => code)?.code])).toEqual([
    ["held.aborted", undefined],
    ["held.open", "TRANSACTION_OPEN"],
    ["held.short", undefined],
  ]);
  expect(results).toMatchObject({ totals: { passed: 2, warning: 1, records: 4 }, retries: {} });
  expect(results.durationMs).toBeLessThan(20_000);
  const when = `since ${since.toISOString().slice(0, 19).replace("T", " ")} UTC in partition 0.`;
  expect(smoke.stdout).toMatch(/held\.open: transactions: producer \d+ has had a transaction open since/);
  expect(smoke.stdout).toContain(when);
  const markdown = readFileSync(join(workspace.folder, "smoke-report", "summary.md"), "utf8");
  expect(markdown).toMatch(/### Warnings\n\n- \*\*`held\.open`\*\*: transactions: producer \d+ has had/);
  for (const { transaction, end } of [open, short]) await transaction.abort().then(end);
  await aborted.end();
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
  const all = ["smoke", "--undeclared", "--topic", "*", "--json"] as const;
  expect(JSON.parse((await undeployed.run(...all)).stdout).topics).toEqual([]);
  await createNamedTopics([{ name: "smoke.undeclared" }]);
  const examined = await undeployed.run(...all);
  expect(examined).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(examined.stdout).topics).toMatchObject([
    { topic: "smoke.undeclared", verdict: "passed" },
  ]);

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
