import { setTimeout as wait } from "node:timers/promises";
import { alterPartitionReassignmentsV0 } from "@platformatic/kafka";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Cluster } from "../dev/cluster/cluster.ts";
import { grantRights } from "../dev/cluster/principals.ts";
import { Ledger } from "../dev/drill/ledger.ts";
import { Load, partitionsOf, sequenceOf } from "../dev/drill/load.ts";
import { readBack } from "../dev/drill/read-back.ts";
import type { TopicDeclaration } from "../infra/topic.ts";
import { alterReassignments } from "../kafka/alter-reassignments.ts";
import { askBroker } from "../kafka/broker.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { brokerResource, readLiveConfigs } from "../kafka/live-configs.ts";
import { keyOf } from "../kafka/place.ts";
import { readReassignments } from "../kafka/reassignments.ts";
import { endThrottle, startThrottle } from "../kafka/replication-throttle.ts";
import { alterConfigs, setConfigs } from "../kafka/set-configs.ts";
import { throttledReplicas, throttleRates } from "../kafka/throttles.ts";
import { findFreePorts } from "../machine/free-ports.ts";
import { sendSignal } from "../machine/processes.ts";
import { rights } from "../ops/rights.ts";
import { createCluster } from "./cluster.ts";
import { listen } from "./listen.ts";
import { hasPseudoTerminal, typeAnswers } from "./pseudo-terminal.ts";
import { createNamedTopics } from "./topic-requests.ts";
import { anyUpdate, Workspace } from "./workspace.ts";

// The tests run one after the other, most of them on the same topic.

const name = "resized.orders";
const declaration = { partitions: 3, replicationFactor: 1 } satisfies TopicDeclaration;
const racks = ["a", "a", "b", "c"];
/** For each partition: at 1 MB/s, broker 1 takes 54 s to send the three of them twice. */
const [valueBytes, values] = [450_000, 20];

let cluster: Cluster;
let workspace: Workspace;
let guardedServers: string[];

beforeAll(async () => {
  const [controller = 0, ...ports] = await findFreePorts(2 * racks.length + 1);
  const guarded = ports.slice(racks.length);
  guardedServers = guarded.map((port) => `127.0.0.1:${port}`);
  const brokers = guarded.map((port, at) => ({ client: ports[at] ?? 0, listeners: { GUARDED: port } }));
  cluster = createCluster([...brokers, { controller }], {
    racks,
    settings: {
      "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT,GUARDED:SASL_PLAINTEXT",
      "listener.name.guarded.sasl.enabled.mechanisms": "PLAIN",
      "listener.name.guarded.plain.sasl.jaas.config":
        'org.apache.kafka.common.security.plain.PlainLoginModule required user_team="secret";',
      "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      "super.users": "User:ANONYMOUS",
    },
  });
  await cluster.start();
  await createNamedTopics([{ name, partitions: 3, replicas: [[1], [1], [1]] }], cluster.connection);
  const config = { "kafka:bootstrapServers": cluster.bootstrapServers, replicationThrottle: "1000 kB/s" };
  workspace = new Workspace({ [name]: declaration }, config);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
});

afterAll(async () => {
  await cluster.stop("SIGKILL");
  cluster.wipe();
  workspace.remove();
});

async function readPartitions() {
  const { topics } = await readLiveCluster(cluster.connection, [name]);
  return topics[0]?.partitions ?? [];
}

/** Reads everything that throttles replication: the lists of a topic, and the rates of the brokers. */
async function readThrottles(topic = name): Promise<string[]> {
  const { configs } = await readLiveConfigs(cluster.connection, [topic]);
  const { own, values } = configs.get(topic) ?? { own: new Set(), values: new Map() };
  const lists = throttledReplicas.filter((key) => own.has(key)).map((key) => `${key}=${values.get(key)}`);
  const rates = await Promise.all(
    cluster.brokers.map(async ({ id }, at) => {
      const bootstrapServers = cluster.bootstrapServers.slice(at, at + 1);
      const connection = { ...cluster.connection, bootstrapServers };
      const { configs } = await readLiveConfigs(connection, [String(id)], brokerResource);
      const set = configs.get(String(id))?.values;
      return throttleRates.flatMap((key) => (set?.has(key) ? [`${id}: ${key}=${set.get(key)}`] : []));
    }),
  );
  return [...lists, ...rates.flat()];
}

async function fillTopic(topic: string, partitions: readonly number[]): Promise<void> {
  const producer = createKafka(cluster.connection).producer();
  await producer.connect();
  for (let at = 0; at < values; at++)
    await producer.send({
      topic,
      messages: partitions.map((partition) => ({ partition, value: Buffer.alloc(valueBytes, at) })),
    });
  await producer.disconnect();
}

/** Fills the topic, and keeps writing to it and reading from it until `end`, which returns what was lost. */
async function useTopic() {
  const kafka = createKafka(cluster.connection);
  await fillTopic(name, [0, 1, 2]);

  const leaders = new Map<string, string>();
  const ledger = new Ledger();
  const partitions = partitionsOf({ name, ...declaration, config: {} });
  const load = new Load(cluster.connection, partitions, ledger, (place) => leaders.get(keyOf(place)));
  const consumed = new Map(partitions.map(({ partition }) => [partition, new Set<number>()]));
  const consumer = kafka.consumer({ groupId: "resized", retry: { retries: 20 } });
  await consumer.connect();
  await consumer.subscribe({ topic: name });
  await consumer.run({
    eachMessage: async ({ partition, message: { key } }) => {
      const sequence = sequenceOf(key);
      if (sequence !== undefined) consumed.get(partition)?.add(sequence);
    },
  });
  let isOver = false;
  const watch = async () => {
    for (; !isOver; await wait(200)) {
      const { topics, addresses } = await readLiveCluster(cluster.connection, [name]);
      for (const { partition, leader } of topics[0]?.partitions ?? [])
        leaders.set(keyOf({ topic: name, partition }), addresses.get(leader) ?? "");
    }
  };
  const running = Promise.all([watch(), load.run()]);
  running.catch(() => {});
  const isConsumed = () => [...consumed.values()].every(({ size }) => size > 0);
  await expect.poll(isConsumed, { timeout: 30_000 }).toBe(true);
  return async () => {
    load.stop();
    isOver = true;
    await running;
    const verdicts = await readBack(cluster.connection, partitions, ledger);
    const missing = () =>
      verdicts.flatMap(({ partition, acknowledged }) => {
        const own = consumed.get(partition) ?? new Set();
        // Earlier records were written before the consumer had joined.
        const from = Math.min(...own);
        return Array.from({ length: acknowledged }, (_, at) => at).filter((at) => at > from && !own.has(at));
      });
    await expect.poll(missing, { timeout: 20_000 }).toEqual([]);
    await consumer.disconnect();
    return verdicts.map(({ acknowledged, lost, duplicated }) => ({ acknowledged, lost, duplicated }));
  };
}

/** Starts an update, and waits until it waits for the brokers. */
async function startUp(owner = workspace) {
  const child = owner.start("up", ...anyUpdate);
  const listened = listen(child);
  await listened.printed(/Copying replicas: \d of \d partitions? done, \d+\.\d MB to go/);
  return { pid: child.pid ?? 0, ...listened };
}

test("A raised replication factor ends green under load and a throttle, after Ctrl-C, a kill and a restart of a broker", {
  timeout: 240_000,
}, async () => {
  const end = await useTopic();
  workspace.declare({ [name]: { ...declaration, replicationFactor: 3 } });
  const preview = await workspace.run("preview");
  expect(preview.stdout + preview.stderr).toMatch(
    /npm run up first copies 3 partitions of resized\.orders to brokers 3, 4 \(.* MB in total\)\. At 1 MB\/s/,
  );

  const unexpected = await workspace.up("--expect-no-changes");
  expect(unexpected.exitCode).toBe(1);
  expect(unexpected.stderr).toContain(
    "--expect-no-changes: the update would change the replication factor of resized.orders.",
  );
  expect(await readReassignments(cluster.connection)).toEqual([]);

  const interrupted = await startUp();
  sendSignal(-interrupted.pid, "SIGINT");
  expect(await interrupted.ended, interrupted.said()).toBe(130);
  expect(interrupted.said()).toContain("npm run topics -- --moving --stack test");
  expect(interrupted.said()).toContain("Do not change replicationThrottle until then.");

  const killed = await startUp();
  sendSignal(-killed.pid, "SIGKILL");
  await killed.ended;
  expect(await readReassignments(cluster.connection)).not.toEqual([]);
  const [senders = "", receivers = "", ...rates] = await readThrottles();
  expect([senders, receivers].map((list) => list.split(/[=,]/).slice(1).sort().join())).toEqual([
    "0:1,1:1,2:1",
    "0:3,0:4,1:3,1:4,2:3,2:4",
  ]);
  expect(rates).toEqual([1, 3, 4].flatMap((id) => throttleRates.map((key) => `${id}: ${key}=1000000`)));

  const resumed = await workspace.run("preview");
  const { left, total } =
    /first copies 3 partitions .*? \((?<left>\S+) MB in total.* % of (?<total>\S+) MB copied/s.exec(
      resumed.stdout,
    )?.groups ?? {};
  expect(Number(left), resumed.stdout).toBeLessThan(Number(total));

  const last = await startUp();
  await cluster.brokers[3]?.stop();
  await last.printed(/^Broker 4 is down, and copies wait for it: start it\.$/m);
  expect(await workspace.run("topics", "--moving")).toMatchObject({
    stdout: expect.stringMatching(/^Broker 4 is down, and copies wait for it: start it\.$/m),
  });
  await cluster.start();
  await last.printed(/^Copies no longer wait for broker 4\.$/m);
  expect(await last.ended, last.said()).toBe(0);
  expect(await readReassignments(cluster.connection)).toEqual([]);
  expect(await readThrottles()).toEqual([]);
  const partitions = await readPartitions();
  // The preferred leaders.
  expect(new Set(partitions.map(({ replicas }) => replicas[0]))).toEqual(new Set([1, 3, 4]));
  for (const { replicas, inSyncReplicas } of partitions) {
    expect(new Set(replicas.map((id) => racks[id - 1]))).toEqual(new Set(["a", "b", "c"]));
    expect([...inSyncReplicas].sort()).toEqual([...replicas].sort());
  }
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
  for (const { acknowledged, lost, duplicated } of await end()) {
    expect(acknowledged).toBeGreaterThan(50);
    expect({ lost, duplicated }).toEqual({ lost: [], duplicated: [] });
  }
});

/** Ends the reassignment of the first partition, which keeps its replicas. */
function cancelReassignment(topic = name) {
  const cancelled = { name: topic, partitions: [{ partitionIndex: 0, replicas: null }] };
  return askBroker(cluster.connection, (broker) =>
    alterPartitionReassignmentsV0.api.async(broker, 30_000, true, [cancelled]),
  );
}

test("A lowered replication factor keeps others' throttles, and is refused during a reassignment by others", async () => {
  const before = await readPartitions();
  const { addresses } = await readLiveCluster(cluster.connection, []);
  // Broker 2 copies the first partition at 1 byte/s, for others.
  const copy = { topic: name, partition: 0, leader: 1, from: [1], to: [2] };
  const theirs = { addresses, bytesPerSecond: 1 };
  await startThrottle(cluster.connection, [copy], theirs);
  await expect.poll(() => readThrottles()).toHaveLength(6);
  const others = await readThrottles();
  const [{ replicas = [] } = {}] = before;
  const moved = { topic: name, partition: 0, target: [...replicas, 2] };
  expect([...(await alterReassignments(cluster.connection, [moved]))]).toEqual([]);

  const declared = { ...declaration, replicationFactor: 2, config: { "retention.ms": 86_400_000 } };
  workspace.declare({ [name]: declared });
  const refused = await workspace.up();
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout + refused.stderr).toContain("partition 0 moves to broker 2");
  expect(refused.stdout + refused.stderr).not.toContain("first copies");

  await cancelReassignment();
  await expect
    .poll(readPartitions, { timeout: 30_000 })
    .toMatchObject(before.map((partition) => ({ replicas: partition.replicas })));
  const updated = await workspace.up();
  expect(updated.exitCode, updated.stdout + updated.stderr).toBe(0);
  for (const { leader, replicas } of await readPartitions()) {
    expect(replicas).toHaveLength(2);
    expect(replicas).toContain(leader);
    expect(new Set(replicas.map((id) => racks[id - 1])).size).toBe(2);
  }
  expect(await readThrottles()).toEqual(others);
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
  const nothing = { brokers: [], topics: [] };
  expect(await endThrottle(cluster.connection, [name], () => true, theirs)).toEqual({
    left: { ...nothing, brokers: [1, 2] },
    changed: nothing,
  });
  const [, , ...rates] = others;
  await expect.poll(() => readThrottles()).toEqual(rates);
  expect(await endThrottle(cluster.connection, [name], () => false, theirs)).toEqual({
    left: nothing,
    changed: nothing,
  });
  await expect.poll(() => readThrottles()).toEqual([]);
});

/** Deploys a topic with one replica and 9 MB, of which a throttle lets brokers copy about 1 MB in 10 s, and another topic. */
async function deploySlow(topic: string) {
  await createNamedTopics([{ name: topic, partitions: 1, replicas: [[1]] }], cluster.connection);
  await fillTopic(topic, [0]);
  const other = { [`${topic}.other`]: { partitions: 1, replicationFactor: 1 } };
  const declare = (replicationFactor: number) => ({
    [topic]: { partitions: 1, replicationFactor },
    ...other,
  });
  const config = { "kafka:bootstrapServers": cluster.bootstrapServers, replicationThrottle: "1 kB/s" };
  const slow = new Workspace(declare(1), config);
  onTestFinished(() => slow.remove());
  expect(await slow.up()).toMatchObject({ exitCode: 0 });
  slow.declare(declare(2));
  return { slow, other };
}

const [leaderRate, followerRate] = throttleRates;

test("A change that someone cancels leaves no throttle", async () => {
  const { slow } = await deploySlow("cancelled.orders");
  const cancelled = await startUp(slow);
  expect(await readThrottles("cancelled.orders")).toHaveLength(6);
  await cancelReassignment("cancelled.orders");
  expect(await cancelled.ended, cancelled.said()).toBe(1);
  expect(cancelled.said()).toContain("Someone has cancelled or replaced the reassignments");
  expect(await readThrottles("cancelled.orders")).toEqual([]);
});

test("Rates that someone changes while brokers copy stay, and nothing else of the throttle does", async () => {
  const topic = "hurried.orders";
  const { slow } = await deploySlow(topic);
  const hurried = await startUp(slow);
  const [{ adding: [target = 0] = [] } = {}] = (await readReassignments(cluster.connection)) ?? [];
  const { addresses } = await readLiveCluster(cluster.connection, []);
  const setRate = (id: number, key: string, value: string | null) =>
    alterConfigs(
      { ...cluster.connection, bootstrapServers: [addresses.get(id) ?? ""] },
      [{ name: String(id), config: { [key]: value } }],
      { resourceType: brokerResource },
    );
  await setRate(1, leaderRate, "100000000");
  await setRate(target, followerRate, "100000000");
  expect(await hurried.ended, hurried.said()).toBe(0);
  expect(hurried.said()).toContain(
    `Someone has changed the replication throttle of brokers 1, ${target} while replicas were being copied. It stays`,
  );
  expect(await readThrottles(topic)).toEqual([
    `1: ${leaderRate}=100000000`,
    `${target}: ${followerRate}=100000000`,
  ]);
  await setRate(1, leaderRate, null);
  await setRate(target, followerRate, null);
});

test("An update removes the rates of a killed one also if the topic was deleted, and a topic with its throttle is not released", async () => {
  const topic = "deleted.orders";
  const { slow, other } = await deploySlow(topic);
  const killed = await startUp(slow);
  sendSignal(-killed.pid, "SIGKILL");
  await killed.ended;
  slow.declare(other);
  expect(await slow.run("release", topic)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`Replicas of ${topic} are moving.`),
  });
  await cancelReassignment(topic);
  await expect.poll(() => readReassignments(cluster.connection)).toEqual([]);
  expect(await slow.run("release", topic)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`An interrupted update has left a replication throttle on ${topic}.`),
  });
  const admin = createKafka(cluster.connection).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
  await expect.poll(() => readThrottles(topic)).toHaveLength(4);
  const preview = await slow.run("preview");
  expect(preview.stdout + preview.stderr).toMatch(
    /brokers 1, \d limit replication to 1 kB\/s \(replicationThrottle\) and move no replicas/,
  );
  expect(await slow.up()).toMatchObject({ exitCode: 0 });
  expect(await readThrottles(topic)).toEqual([]);
});

test("An update keeps a list of throttled replicas that others have set without a rate", async () => {
  const topic = "listed.orders";
  const { slow } = await deploySlow(topic);
  const [key] = throttledReplicas;
  await setConfigs(cluster.connection, [{ topic: `${topic}.other`, key, expected: "0:1" }]);
  slow.configure({ "kafka:bootstrapServers": cluster.bootstrapServers, replicationThrottle: "100 MB/s" });
  const up = await slow.up();
  expect(up, up.stdout + up.stderr).toMatchObject({ exitCode: 0 });
  expect(await readThrottles(`${topic}.other`)).toEqual([`${key}=0:1`]);
  expect(await readThrottles(topic)).toEqual([]);
});

test("A replication factor that an interrupted update or someone has changed is restored", async () => {
  workspace.configure({ "kafka:bootstrapServers": cluster.bootstrapServers });
  const alone = (await readPartitions()).map(({ partition, leader }) => ({
    topic: name,
    partition,
    target: [leader],
  }));
  expect([...(await alterReassignments(cluster.connection, alone))]).toEqual([]);
  const readFactors = async () => (await readPartitions()).map(({ replicas }) => replicas.length);
  await expect.poll(readFactors, { timeout: 30_000 }).toEqual([1, 1, 1]);

  const unexpected = await workspace.run("preview", "--expect-no-changes");
  expect(unexpected.exitCode).not.toBe(0);
  expect(unexpected.stdout + unexpected.stderr).toContain("resized.orders: replication factor");
  const reviewed = await workspace.run("review");
  expect(reviewed.exitCode, reviewed.stdout + reviewed.stderr).toBe(0);
  expect(reviewed.stdout).toMatch(/caution +│ resized\.orders +│ replication factor 1 → 2/);
  const restored = await workspace.up();
  expect(restored.exitCode, restored.stdout + restored.stderr).toBe(0);
  expect(await readFactors()).toEqual([2, 2, 2]);
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
});

test("Added partitions go to the brokers with the least load, spread over racks", async () => {
  // Broker 2 has next to nothing.
  const replicas = [1, 3, 4].flatMap((id) => Array.from({ length: 20 }, () => [id]));
  await createNamedTopics([{ name: "busy", partitions: 60, replicas }], cluster.connection);
  const readReplicas = async () => (await readPartitions()).map(({ replicas }) => replicas);
  const before = await readReplicas();
  workspace.declare({ [name]: { ...declaration, partitions: 6, replicationFactor: 2 } });
  const grown = await workspace.up();
  expect(grown.exitCode, grown.stdout + grown.stderr).toBe(0);
  expect(await readReassignments(cluster.connection)).toEqual([]);
  const after = await readPartitions();
  expect((await readReplicas()).slice(0, 3)).toEqual(before);
  expect(after).toHaveLength(6);
  for (const { replicas, inSyncReplicas } of after.slice(3)) {
    expect(replicas).toContain(2);
    expect(new Set(replicas.map((id) => racks[id - 1])).size).toBe(2);
    expect([...inSyncReplicas].sort()).toEqual([...replicas].sort());
  }
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
});

test("Without ALTER on the cluster, added partitions stay where the controller has put them", async () => {
  const ofTopics = rights.filter(({ resource }) => resource === "topic");
  await grantRights(cluster.connection, "User:team", ofTopics, { topic: "team." });
  const replicas = Array.from({ length: 12 }, () => [1]);
  await createNamedTopics([{ name: "team.busy", partitions: 12, replicas }], cluster.connection);
  const config = {
    "kafka:bootstrapServers": guardedServers,
    "kafka:saslUsername": "team",
    "kafka:saslPassword": "secret",
  };
  const team = new Workspace({ "team.orders": { partitions: 1, replicationFactor: 1 } }, config);
  try {
    expect(await team.up()).toMatchObject({ exitCode: 0 });
    // The controller puts one of the four on each broker.
    team.declare({ "team.orders": { partitions: 5, replicationFactor: 1 } });
    expect(await team.up()).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(
        /^Partitions added to team\.orders stay .*: Cluster authorization failed/m,
      ),
    });
  } finally {
    team.remove();
  }
});

test.runIf(hasPseudoTerminal)("At a terminal, one question precedes the moves and the update", async () => {
  const { length } = await readPartitions();
  workspace.declare({ [name]: { ...declaration, partitions: length } });
  const question = `Change the replication factor of ${name}, then update stack test?`;
  const refused = await typeAnswers(workspace, "npm run up", [[question, "n"]]);
  expect(refused.exitCode, refused.printed).toBe(1);
  expect(new Set((await readPartitions()).map(({ replicas }) => replicas.length))).toEqual(new Set([2]));
  const confirmed = await typeAnswers(workspace, "npm run up", [[question, "y"]]);
  expect(confirmed.exitCode, confirmed.printed).toBe(0);
  expect(new Set((await readPartitions()).map(({ replicas }) => replicas.length))).toEqual(new Set([1]));
});
