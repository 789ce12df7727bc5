import { readdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../dev/cluster/cluster.ts";
import { askBroker } from "../kafka/broker.ts";
import { requireController } from "../kafka/controller.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { sendSignal } from "../machine/processes.ts";
import type { TopicResult } from "../smoke/result.ts";
import { createTestCluster } from "./cluster.ts";
import { listGroups, setQuota } from "./cluster-requests.ts";
import { listen } from "./listen.ts";
import { readResults, Workspace } from "./workspace.ts";

// The tests run one after the other: quotas, then a frozen broker, then a dead one.

/** Declares this many topics with numbered names. */
const many = (count: number, name: string, replicationFactor: number) =>
  Array.from({ length: count }, (_, index) => [`${name}.${index}`, { partitions: 1, replicationFactor }]);

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
      ...Object.fromEntries(many(20, "steady.single", 1)),
      // With the others, these need more than one consumer group.
      ...Object.fromEntries(many(90, "steady.double", 2)),
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
