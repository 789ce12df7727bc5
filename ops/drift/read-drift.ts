import { readStackConnection } from "../../engine/deployed.ts";
import { readState } from "../../engine/state.ts";
import { principalOf } from "../../kafka/causes.ts";
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
  const [{ root, topics: deployed }, connection] = await Promise.all([
    readState(stack),
    readStackConnection(stack),
  ]);
  // Without one every topic of the cluster would be nobody's.
  if (!root) throw new Error(`Stack ${stack} is not deployed. Run npm run up -- --stack ${stack}.`);
  const names = [...deployed.keys()];
  // Only what is asked for by name is told to be forbidden, only what is not is told to be there.
  const [asked, all] = await Promise.all([readLiveCluster(connection, names), readLiveCluster(connection)]);
  const live = new Map(asked.topics.map((topic) => [topic.name, topic]));
  const { configs, missing, refusals } = await readLiveConfigs(connection, [...live.keys()]);
  for (const name of missing) live.delete(name);
  const forbidden = new Set(asked.forbidden);
  const compared = [...deployed.values()].filter(({ name }) => !forbidden.has(name));

  const undeclared = all.topics.filter(
    (topic) => !isKafkasOwn(topic) && !deployed.has(topic.name) && !ignore?.test(topic.name),
  );
  const usage = await readUsage(connection, all, undeclared);
  const who = principalOf(connection);
  return {
    version: 1,
    stack,
    topics: compared.length,
    differences: [
      ...compared.flatMap((topic) => compareTopic(topic, live.get(topic.name), configs.get(topic.name))),
      ...undeclared.map((topic) => describeUndeclared(topic, usage.get(topic.name))),
    ].sort((a, b) => (a.topic < b.topic ? -1 : Number(a.topic > b.topic))),
    errors: [
      ...asked.forbidden.map((name) => `${name}: ${who} may not see it. Grant it DESCRIBE on topic ${name}.`),
      ...[...refusals].map(([name, refusal]) => `${name}: ${explainUnreadConfigs(name, refusal, who)}`),
    ],
  };
}
