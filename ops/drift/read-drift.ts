import { isDeepStrictEqual } from "node:util";
import { readStackConnection } from "../../engine/deployed.ts";
import { explainLocked, readLivingLocks } from "../../engine/locks.ts";
import { findBackendFolder } from "../../engine/pulumi.ts";
import { explainUnfinished, findUnfinished } from "../../engine/recovery.ts";
import { exportState, summarize, topicsOf } from "../../engine/state.ts";
import { askBroker } from "../../kafka/ask-broker.ts";
import { principalOf } from "../../kafka/causes.ts";
import type { Connection } from "../../kafka/connection.ts";
import { requireController } from "../../kafka/controller.ts";
import { isKafkasOwn, readLiveCluster } from "../../kafka/live-cluster.ts";
import { explainUnreadConfigs, readLiveConfigs } from "../../kafka/live-configs.ts";
import { readUsage } from "../../kafka/topic-usage.ts";
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
  const { root, topics: deployed } = summarize(state);
  // Without one every topic of the cluster would be nobody's.
  if (!root) throw new Error(`Stack ${stack} is not deployed. Run npm run up -- --stack ${stack}.`);
  requireNoUpdate(stack, folder);
  const { asked, all, configs, missing, refusals } = await readCluster(connection, [...deployed.keys()]);
  const live = new Map(
    asked.topics.filter(({ name }) => !missing.has(name)).map((topic) => [topic.name, topic]),
  );
  const unfinished = findUnfinished(state);
  const hidden = new Set([...asked.forbidden, ...unfinished]);
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
    ...compared.flatMap((topic) => compareTopic(topic, live.get(topic.name), configs.get(topic.name))),
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
      [...refusals].map(([name, refusal]) => `${name}: ${explainUnreadConfigs(name, refusal, who)}`),
    ].flat(),
  };
}

/** All from one broker that is in touch with a controller: another's knowledge may be out of date. */
function readCluster(connection: Connection, names: readonly string[]) {
  return askBroker(connection, async (broker) => {
    await requireController(broker);
    // Only what is asked for by name is told to be forbidden, only what is not is told to be there.
    const asked = await readLiveCluster(broker, names);
    const all = await readLiveCluster(broker);
    const described = await readLiveConfigs(
      broker,
      asked.topics.map(({ name }) => name),
    );
    return { asked, all, ...described };
  });
}

/** @throws Error when an update may be running, as far as the backend tells */
function requireNoUpdate(stack: string, folder: string | undefined): void {
  const locks = folder === undefined ? [] : readLivingLocks(folder, stack);
  if (locks.length === 0) return;
  throw new Error(explainLocked(stack, locks));
}
