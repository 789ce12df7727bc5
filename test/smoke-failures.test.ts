import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../dev/cluster/cluster.ts";
import { findBrokerPorts } from "../dev/cluster/node-ports.ts";
import type { Catalogue } from "../infra/topic.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import type { Check } from "../smoke/result.ts";
import { createCluster } from "./cluster.ts";
import { listGroups } from "./cluster-requests.ts";
import { createNamedTopics } from "./topic-requests.ts";
import { codesIn, readResults, Workspace } from "./workspace.ts";

// The tests run one after the other: brokers die, and come back at the end.

const catalogue = {
  "dying.safe": { partitions: 3, replicationFactor: 3, config: { "min.insync.replicas": 2 } },
  "dying.two": { partitions: 3, replicationFactor: 2 },
  "dying.single": { partitions: 3, replicationFactor: 1 },
} satisfies Catalogue;

let cluster: Cluster;
let workspace: Workspace;

beforeAll(async () => {
  // A separate controller notices when two brokers are gone.
  cluster = createCluster(await findBrokerPorts(3));
  await cluster.start();
  workspace = new Workspace(catalogue, { "kafka:bootstrapServers": cluster.bootstrapServers });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  expect(await workspace.run("smoke")).toMatchObject({ exitCode: 0 });
  const strict = { name: "undeclared.strict", replicationFactor: 3, config: { "min.insync.replicas": "3" } };
  await createNamedTopics([strict], cluster.connection);
});

afterAll(async () => {
  await cluster.stop("SIGKILL");
  workspace?.remove();
  cluster.wipe();
});

/** Waits until the controller has noticed the change. */
async function waitForBrokers(ids: number[]): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const { brokers } = await readLiveCluster(cluster.connection, []).catch(() => ({ brokers: [] }));
    if (brokers.join() === ids.join()) return;
    await wait(200);
  }
  throw new Error(`After 60 s, brokers ${ids.join(", ")} were still not the only ones.`);
}

function findCheck(topic: string, name: string): Check | undefined {
  return readResults(workspace)
    .topics.find((result) => result.topic === topic)
    ?.checks.find((check) => check.name === name);
}

/** Runs the suite and, at the same time, a dry run, which must fail with the same codes. */
async function expectSameCodes(): Promise<void> {
  const [smoke, dryRun] = await Promise.all([
    workspace.run("smoke"),
    workspace.run("smoke", "--dry-run", "--json"),
  ]);
  expect(smoke).toMatchObject({ exitCode: 2 });
  expect(dryRun.exitCode).toBe(2);
  expect(codesIn(JSON.parse(dryRun.stdout))).toEqual(codesIn(readResults(workspace)));
}

const verdicts = () => readResults(workspace).topics.map(({ topic, verdict }) => [topic, verdict]);

test("The suite and adopt wait for a broker that restarts, and the suite counts its retries", async () => {
  await createNamedTopics([{ name: "restarting.single", partitions: 3 }], cluster.connection);
  await cluster.brokers[1]?.stop();
  const [smoke, adopted] = await Promise.all([
    workspace.run("smoke"),
    workspace.run("adopt", "--topic", "restarting.*"),
    cluster.start(),
  ]);
  expect(smoke.exitCode, smoke.stdout).toBe(0);
  expect(smoke.stdout).toMatch(/; \d+ (retry|retries): LEADER_NOT_AVAILABLE/);
  expect(readResults(workspace).retries).toMatchObject({ LEADER_NOT_AVAILABLE: expect.any(Number) });
  expect(adopted).toMatchObject({ exitCode: 0, stderr: "" });
  expect(readFileSync(join(workspace.folder, "infra/topics/adopted.ts"), "utf8")).not.toContain("smoke:");
  workspace.removeCatalogue("adopted.ts");
  await waitForInSync();
});

test("With a broker killed a moment ago, a preview waits, and replicated topics pass once their leaders have moved", async () => {
  await cluster.brokers[1]?.stop("SIGKILL");
  const config = { ...catalogue["dying.safe"].config, "max.message.bytes": 2_000_000 };
  workspace.declare({ ...catalogue, "dying.safe": { ...catalogue["dying.safe"], config } });
  const [smoke, preview] = await Promise.all([workspace.run("smoke"), workspace.run("preview")]);
  workspace.declare(catalogue);
  expect(preview, preview.stdout).toMatchObject({ exitCode: 0 });
  expect(smoke).toMatchObject({ exitCode: 2 });
  expect(verdicts().filter(([topic]) => topic !== "dying.single")).toEqual([
    ["dying.safe", expect.not.stringContaining("failed")],
    ["dying.two", expect.not.stringContaining("failed")],
  ]);
});

test("With a broker gone, replicated topics pass with a warning that names it, and others fail where it was the leader", async () => {
  await waitForBrokers([1, 3]);

  await expectSameCodes();
  expect(verdicts()).toEqual([
    ["dying.safe", "warning"],
    ["dying.single", "failed"],
    ["dying.two", "warning"],
  ]);
  expect(findCheck("dying.safe", "in-sync replicas")?.cause).toContain("broker 2 is down.");
  expect(findCheck("dying.single", "leaders")?.cause).toMatch(
    /no replica of partition \d can lead; broker 2 is down\./,
  );
  // The suite does not read the configs of undeclared topics, so that this error is the broker's.
  const strict = ["--topic", "undeclared.strict", "--timeout", "8"];
  const undeclared = await workspace.run("smoke", "--undeclared", ...strict, "--json");
  expect(undeclared.exitCode).toBe(2);
  expect(codesIn(JSON.parse(undeclared.stdout))).toEqual([
    "undeclared.strict REPLICAS_OUT_OF_SYNC",
    "undeclared.strict RECORDS_REFUSED",
  ]);
  expect(undeclared.stdout).toContain("fewer replicas are in sync than min.insync.replicas requires");
  expect(await listGroups(cluster.bootstrapServers)).toEqual([]);
});

test("With two brokers gone, a topic with min.insync.replicas 2 fails for that reason", async () => {
  await cluster.brokers[2]?.stop("SIGKILL");
  await waitForBrokers([1]);

  await expectSameCodes();
  expect(findCheck("dying.safe", "in-sync replicas")).toMatchObject({
    verdict: "failed",
    cause: expect.stringContaining("fewer than min.insync.replicas (2) are in sync for partitions 0, 1, 2"),
  });
  expect(findCheck("dying.safe", "written")?.observed).toBe("not tried");
  expect(verdicts().map(([, verdict]) => verdict)).toEqual(["failed", "failed", "failed"]);
  expect(await listGroups(cluster.bootstrapServers)).toEqual([]);
});

test("With all brokers gone, the suite cannot run: exit code 1, and no report of an earlier run", async () => {
  await cluster.stop("SIGKILL");
  const dead = await workspace.run("smoke");
  expect(dead).toMatchObject({ exitCode: 1, stdout: "" });
  for (const server of cluster.bootstrapServers) expect(dead.stderr).toContain(`${server}: refused`);
  expect(() => readResults(workspace)).toThrow("ENOENT");
});

test("With the brokers back, all topics pass again and nothing is left behind", async () => {
  await cluster.start();
  await waitForBrokers([1, 2, 3]);
  await waitForInSync();
  expect(await workspace.run("smoke")).toMatchObject({ exitCode: 0 });
  expect(verdicts().map(([, verdict]) => verdict)).toEqual(["passed", "passed", "passed"]);
  expect(await listGroups(cluster.bootstrapServers)).toEqual([]);
});

test("With a broker that hangs, the run ends by its timeout, with a result for every topic", async () => {
  // Not the controller or the coordinator of the consumer groups, which must be able to answer in the end.
  const offsets = (await readLiveCluster(cluster.connection, ["__consumer_offsets"])).topics[0];
  const id = [2, 3].find((broker) => broker !== offsets?.partitions[0]?.leader) as number;
  const pid = cluster.brokers[id - 1]?.pid as number;
  process.kill(pid, "SIGSTOP");
  try {
    const start = Date.now();
    const [hanging, dryRun] = await Promise.all([
      workspace.run("smoke", "--timeout", "12"),
      workspace.run("smoke", "--timeout", "12", "--dry-run", "--json"),
    ]);
    expect(Date.now() - start).toBeLessThan(13_000);
    expect(dryRun.exitCode).toBe(2);
    expect(codesIn(JSON.parse(dryRun.stdout))).toContain("dying.single RECORDS_REFUSED");
    expect(hanging.exitCode).toBe(2);
    expect(verdicts()).toHaveLength(3);
    expect(hanging.stdout).toContain("did not come in time");
    // A request that waits for the hung broker as a follower does not delay records without a replica there.
    const { partitionResults = [] } =
      readResults(workspace).topics.find(({ topic }) => topic === "dying.single") ?? {};
    const others = partitionResults.filter(({ leader }) => leader !== id);
    expect(others).toMatchObject(others.map(() => ({ offset: expect.any(String) })));
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await waitForBrokers([1, 2, 3]);
  expect(await listGroups(cluster.bootstrapServers)).toEqual([]);
});

test("If a partition loses its leader during a run, the records of the topic's other partitions come back", async () => {
  await waitForInSync();
  const { topics } = await readLiveCluster(cluster.connection, ["__consumer_offsets", "dying.single"]);
  const [offsets, single] = topics;
  const id = [2, 3].find((broker) => broker !== offsets?.partitions[0]?.leader) as number;
  const pid = cluster.brokers[id - 1]?.pid as number;
  const lost = single?.partitions.find(({ leader }) => leader === id)?.partition;
  process.kill(pid, "SIGSTOP");
  try {
    expect(await workspace.run("smoke")).toMatchObject({ exitCode: 2 });
    const result = readResults(workspace).topics.find(({ topic }) => topic === "dying.single");
    const others = result?.partitionResults.filter(({ partition }) => partition !== lost) ?? [];
    expect(others).toMatchObject(others.map(() => ({ endToEndMs: expect.any(Number) })));
    expect(findCheck("dying.single", "written")).toMatchObject({
      ...{ expected: "3 records", observed: "2 records" },
      cause: expect.stringMatching(new RegExp(`^partition ${lost}: [^:]*has no leader`)),
    });
    expect(findCheck("dying.single", "read back")?.observed).toBe("2 records");
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await waitForBrokers([1, 2, 3]);
  expect(await listGroups(cluster.bootstrapServers)).toEqual([]);
});

async function waitForInSync(): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const { topics } = await readLiveCluster(cluster.connection);
    const partitions = topics.flatMap((topic) => topic.partitions);
    if (partitions.every(({ replicas, inSyncReplicas }) => replicas.length === inSyncReplicas.length)) return;
    await wait(200);
  }
  throw new Error("Not all replicas were in sync again after 60 s.");
}
