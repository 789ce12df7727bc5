import { isDeepStrictEqual } from "node:util";
import { askBroker } from "../../kafka/broker.ts";
import { principalOf } from "../../kafka/causes.ts";
import type { Connection } from "../../kafka/connection.ts";
import { requireController } from "../../kafka/controller.ts";
import { isKafkasOwn } from "../../kafka/internal-topics.ts";
import { readConfiguredTopics, readLiveCluster } from "../../kafka/live-cluster.ts";
import { explainUnreadConfigs } from "../../kafka/refusal.ts";
import { readUsage } from "../../kafka/topic-usage.ts";
import { findBackendFolder } from "../../pulumi/backend.ts";
import { explainLocked, readLivingLocks } from "../../pulumi/locks.ts";
import { explainUnfinished, findUnfinished } from "../../pulumi/recovery.ts";
import { readStackConnection } from "../../pulumi/stack-config.ts";
import { exportState, readDeployed, rootOf, topicsOf } from "../../pulumi/state.ts";
import { compareTopic, type Drift, describeUndeclared } from "./drift.ts";

/**
 * Compares what a stack's last update deployed with what is on the cluster.
 * @param ignore topics of nobody's that are no drift
 * @returns with the reason where nothing could be told
 */
export async function readDrift(stack: string, ignore?: RegExp): Promise<Drift> {
  try {
    return await compare(stack, ignore);
  } catch (error) {
    return { version: 1, stack, topics: 0, differences: [], errors: [(error as Error).message] };
  }
}

async function compare(stack: string, ignore?: RegExp): Promise<Drift> {
  const [state, folder, connection] = await Promise.all([
    exportState(stack),
    findBackendFolder(stack),
    readStackConnection(stack),
  ]);
  const root = rootOf(state);
  // Without one every topic of the cluster would be nobody's.
  if (!root) throw new Error(`Stack ${stack} is not deployed. Run npm run up -- --stack ${stack}.`);
  const deployed = readDeployed(stack, state);
  requireNoUpdate(stack, folder);
  const { asked, all } = await readCluster(connection, [...deployed.keys()]);
  const live = new Map(asked.topics.map((topic) => [topic.name, topic]));
  const unfinished = findUnfinished(state);
  const hidden = new Set([...asked.forbidden, ...unfinished.keys()]);
  const compared = [...deployed.values()].filter(({ name }) => !hidden.has(name));

  const undeclared = all.topics.filter(
    (topic) =>
      !isKafkasOwn(topic) &&
      !deployed.has(topic.name) &&
      !unfinished.has(topic.name) &&
      !ignore?.test(topic.name),
  );
  const usage = await readUsage(connection, all, undeclared);
  const differences = [
    ...compared.flatMap((topic) => compareTopic(topic, live.get(topic.name), live.get(topic.name)?.configs)),
    ...undeclared.map((topic) => describeUndeclared(topic, usage.get(topic.name))),
  ];
  if (differences.length > 0) {
    // What an update changed that began meanwhile is no drift.
    requireNoUpdate(stack, folder);
    const isSame = isDeepStrictEqual(topicsOf(await exportState(stack)), topicsOf(state));
    if (!isSame) throw new Error(`Stack ${stack} was updated meanwhile. Run npm run drift again.`);
  }
  const who = principalOf(connection);
  return {
    version: 1,
    stack,
    topics: compared.length,
    differences: differences.sort((a, b) => (a.topic < b.topic ? -1 : Number(a.topic > b.topic))),
    errors: [
      explainUnfinished(stack, state) ?? [],
      asked.forbidden.map((name) => `${name}: ${who} may not see it. Grant it DESCRIBE on topic ${name}.`),
      [...asked.unread].map(([name, refusal]) => `${name}: ${explainUnreadConfigs(name, refusal, who)}`),
    ].flat(),
  };
}

/** All from one broker that is in touch with a controller: another's knowledge may be out of date. */
function readCluster(connection: Connection, names: readonly string[]) {
  return askBroker(connection, async (broker) => {
    await requireController(broker);
    // Only what is asked for by name is told to be forbidden, only what is not is told to be there.
    const asked = await readConfiguredTopics(broker, names);
    return { asked, all: await readLiveCluster(broker) };
  });
}

/** @throws Error when an update may be running, as far as the backend tells */
function requireNoUpdate(stack: string, folder: string | undefined): void {
  const locks = folder === undefined ? [] : readLivingLocks(folder, stack);
  if (locks.length === 0) return;
  throw new Error(explainLocked(stack, locks));
}
