import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../dev/cluster/cluster.ts";
import { askBroker } from "../kafka/broker.ts";
import { requireController } from "../kafka/controller.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { sendSignal } from "../machine/processes.ts";
import type { Results, TopicResult } from "../smoke/result.ts";
import { createTestCluster } from "./cluster.ts";
import { listGroups, setQuota } from "./cluster-requests.ts";
import { listen } from "./listen.ts";
import { codesIn, readResults, Workspace } from "./workspace.ts";

// The tests run one after the other: quotas, then a frozen broker, then a dead one.

/** Declares this many topics with numbered names. */
const many = (count: number, name: string, settings: object) =>
  Array.from({ length: count }, (_, index) => [`${name}.${index}`, { partitions: 1, ...settings }]);

let cluster: Cluster;
let workspace: Workspace;

beforeAll(async () => {
  const settings = {
    "log.retention.check.interval.ms": "50",
    "log.initial.task.delay.ms": "50",
    "socket.request.max.bytes": "2000000",
  };
  cluster = await createTestCluster({ settings });
  await cluster.start();
  workspace = new Workspace(
    {
      ...Object.fromEntries(many(20, "steady.single", { replicationFactor: 1 })),
      // These need more than one consumer group, also if a quota keeps their records from being looked at.
      ...Object.fromEntries(many(101, "steady.double", { replicationFactor: 2, smoke: "produce" })),
      "quota.avro": { partitions: 3, replicationFactor: 1 },
      // Several partitions for each broker.
      "quota.data": { partitions: 6, replicationFactor: 1, smoke: "dry-run" },
      "odd.gone": { partitions: 2, replicationFactor: 2, config: { "retention.ms": 1 } },
      // Large, so that it is more than 0 ms old when it arrives.
      "odd.late": {
        partitions: 1,
        replicationFactor: 2,
        config: { "message.timestamp.before.max.ms": 0 },
        sample: { text: "x".repeat(900_000) },
      },
      "odd.large": { partitions: 12, replicationFactor: 2, sample: { text: "x".repeat(900_000) } },
    },
    { "kafka:bootstrapServers": cluster.bootstrapServers },
  );
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  // A first run does everything that is slow the first time.
  expect(await workspace.run("smoke", "--topic", "steady.*")).toMatchObject({ exitCode: 0 });
});

afterAll(async () => {
  for (const { pid } of cluster.brokers) if (pid !== undefined) sendSignal(pid, "SIGCONT");
  await cluster.stop("SIGKILL");
  workspace?.remove();
  cluster.wipe();
});

function errorsIn({ checks }: TopicResult): string {
  return checks.flatMap(({ verdict, cause }) => (verdict === "failed" ? [cause] : [])).join("\n");
}

const failures = () =>
  new Map(
    readResults(workspace)
      .topics.filter(({ verdict }) => verdict === "failed")
      .map((result) => [result.topic, errorsIn(result)]),
  );

/** Finds the topics whose single replica is on this broker. */
async function findTopicsOnlyOn(broker: number): Promise<string[]> {
  const { topics } = await readLiveCluster(cluster.connection);
  return topics
    .filter(
      ({ name, partitions }) => name.startsWith("steady.") && partitions[0]?.replicas.join() === `${broker}`,
    )
    .map(({ name }) => name);
}

test("Large samples are sent in several requests; a deleted record and a refused timestamp are reported as such", async () => {
  expect(await workspace.run("smoke", "--topic", "odd.*")).toMatchObject({ exitCode: 2 });
  expect(failures()).toEqual(
    new Map([
      ["odd.gone", expect.stringMatching(/deleted before it was read.*retention\.ms/)],
      ["odd.late", expect.stringMatching(/clock.*message\.timestamp\.before\.max\.ms/)],
    ]),
  );
  expect(readResults(workspace).durationMs).toBeLessThan(15_000);
});

test("Under a quota, nothing is written to a topic whose newest records are unknown, and no partition with data is called empty", async () => {
  const kafka = createKafka(cluster.connection);
  const producer = kafka.producer();
  await producer.connect();
  const value = Buffer.concat([Buffer.from([0, 0, 0, 0, 17]), Buffer.alloc(6_000, "x")]);
  await producer.send({ topic: "quota.avro", messages: [{ value, partition: 1 }] });
  const messages = [0, 1, 2, 3, 4, 5].map((partition) => ({ value, partition }));
  await producer.send({ topic: "quota.data", messages });
  await producer.disconnect();
  const own = { "quota.other": { partitions: 1, replicationFactor: 1 } };
  await using other = new Workspace(own, { "kafka:bootstrapServers": cluster.bootstrapServers });
  expect(await other.up()).toMatchObject({ exitCode: 0 });
  const dryRun = async (...flags: string[]) => {
    const { exitCode, stdout } = await workspace.run("smoke", "--json", "--topic", "quota.data", ...flags);
    const results: Results = JSON.parse(stdout);
    const newest = results.topics.flatMap(({ partitionResults }) =>
      partitionResults.map(({ newest }) => newest),
    );
    return { exitCode, codes: codesIn(results), newest, stdout };
  };
  try {
    await setQuota(cluster.bootstrapServers, "consumer_byte_rate", 100);
    const written = await workspace.run("smoke", "--topic", "quota.avro", "--timeout", "14");
    expect.soft(written.exitCode).toBe(2);
    expect.soft(codesIn(readResults(workspace))).toEqual(["quota.avro RECORDS_UNKNOWN"]);
    expect
      .soft(written.stdout)
      .toContain("(partition 1): not read in time, as the brokers throttle this client.");
    const admin = kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets("quota.avro");
    await admin.disconnect();
    expect
      .soft(ends.map(({ partition, high }) => `${partition} ${high}`).sort())
      .toEqual(["0 0", "1 1", "2 0"]);

    const unread = await dryRun("--timeout", "14");
    expect.soft(unread).toMatchObject({ exitCode: 2, codes: ["quota.data RECORDS_NOT_CONSUMED"] });
    expect.soft(unread.newest).not.toContain("empty");
    expect.soft(unread.stdout).toContain("not read in time, as the brokers throttle this client");
    expect.soft(unread.stdout).toContain("Raise the quota consumer_byte_rate, or give the run more time");

    const adopted = await other.run(
      "adopt",
      "--topic",
      "quota.avro",
      "--out",
      "infra/topics/a.ts",
      "--json",
      "a.json",
    );
    expect.soft(adopted).toMatchObject({ exitCode: 0, stderr: "" });
    expect
      .soft(JSON.parse(readFileSync(join(other.folder, "a.json"), "utf8")).adopted)
      .toMatchObject([{ topic: "quota.avro", code: "RECORDS_UNKNOWN", observed: "READ_THROTTLED" }]);

    // With more, waiting for the throttle time is enough.
    await setQuota(cluster.bootstrapServers, "consumer_byte_rate", 1_000);
    const read = await dryRun();
    expect.soft(read).toMatchObject({ exitCode: 0, codes: [], newest: ["0", "0", "0", "0", "0", "0"] });
  } finally {
    await setQuota(cluster.bootstrapServers, "consumer_byte_rate");
  }
});

test("If a quota or an interruption prevents reading the records, the report says so", async () => {
  await setQuota(cluster.bootstrapServers, "consumer_byte_rate", 100);
  try {
    const throttled = await workspace.run("smoke", "--topic", "steady.*", "--timeout", "14");
    expect(throttled.exitCode).toBe(2);
    expect(throttled.stdout).toContain("the brokers throttle this client");
    expect(throttled.stdout).not.toContain("overloaded");

    const child = workspace.start("smoke", "--topic", "steady.*");
    const { ended, said } = listen(child);
    const groups = async () => (await listGroups(cluster.bootstrapServers)).sort();
    await expect
      .poll(groups, { timeout: 30_000 })
      .toEqual([expect.stringMatching(/^smoke-.*-1$/), expect.stringMatching(/^smoke-.*-2$/)]);
    sendSignal(-(child.pid ?? 0), "SIGINT");
    expect(await ended).toBe(130);
    expect(said()).toContain("the run was interrupted");
    expect(said()).not.toContain("could not be");
    expect(await groups()).toEqual([]);
    expect(said()).not.toContain("overloaded");
    expect([...failures().values()].join("\n")).toContain("the run was interrupted");
    expect(readdirSync(workspace.folder).filter((name) => name.startsWith("smoke-report"))).toEqual([
      "smoke-report",
    ]);
  } finally {
    await setQuota(cluster.bootstrapServers, "consumer_byte_rate");
  }
});

test("With the first bootstrap server frozen, only the records that it leads fail, and it is named", async () => {
  const [first] = cluster.brokers;
  const own = await findTopicsOnlyOn(1);
  sendSignal(first?.pid ?? 0, "SIGSTOP");
  try {
    const before = performance.now();
    const smoke = await workspace.run("smoke", "--topic", "steady.*");
    expect(failures()).toEqual(new Map(own.map((topic) => [topic, expect.stringContaining("broker 1")])));
    expect(smoke.exitCode).toBe(2);
    expect(performance.now() - before).toBeLessThan(30_000);

    const listed = performance.now();
    expect(await workspace.run("topics")).toMatchObject({ exitCode: 0 });
    expect(performance.now() - listed).toBeLessThan(8_000);
  } finally {
    sendSignal(first?.pid ?? 0, "SIGCONT");
  }
  // The first broker returns outdated metadata for a while.
  await waitForInSync(cluster.bootstrapServers.slice(1));
});

test("The suite waits for a broker that restarts even if it was the active controller", async () => {
  const id = (await askBroker(cluster.connection, requireController)) ?? 0;
  expect(await findTopicsOnlyOn(id)).not.toEqual([]);
  await cluster.brokers[id - 1]?.stop();
  const brokers = async () => (await readLiveCluster(cluster.connection, [])).brokers;
  await expect.poll(brokers, { timeout: 30_000 }).not.toContain(id);
  // Until it is back, the new controller has not heard of it.
  const [smoke] = await Promise.all([
    workspace.run("smoke", "--topic", "steady.single.*", "--timeout", "80"),
    wait(4_000).then(() => cluster.start()),
  ]);
  expect(smoke.exitCode, smoke.stdout).toBe(0);
  await waitForInSync(cluster.bootstrapServers);
});

test("Topics that lose their only leader while the suite runs do not affect the others", async () => {
  const own = await findTopicsOnlyOn(2);
  await cluster.brokers[1]?.stop("SIGKILL");
  const before = performance.now();
  expect(await workspace.run("smoke", "--topic", "steady.*")).toMatchObject({ exitCode: 2 });
  expect(failures()).toEqual(new Map(own.map((topic) => [topic, expect.stringContaining("broker 2")])));
  expect(performance.now() - before).toBeLessThan(30_000);
});

async function waitForInSync(bootstrapServers: readonly string[]): Promise<void> {
  const countLagging = async () => {
    const { topics } = await readLiveCluster({ ...cluster.connection, bootstrapServers });
    const partitions = topics.flatMap((topic) => topic.partitions);
    return partitions.filter(({ replicas, inSyncReplicas }) => inSyncReplicas.length < replicas.length)
      .length;
  };
  await expect.poll(countLagging, { timeout: 60_000 }).toBe(0);
}
