import { askBroker, type Broker } from "../kafka/ask-broker.ts";
import { principalOf, UnreachableError } from "../kafka/causes.ts";
import type { Connection } from "../kafka/connection.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { readLiveConfigs } from "../kafka/live-configs.ts";
import type { Problem } from "../kafka/problem.ts";
import { tryAddPartitions, tryConfigs, tryCreate, type WantedTopic } from "../kafka/trial.ts";
import { checkChange, checkPresence, explainRefusals, findChange, warnOf } from "./preflight-checks.ts";
import type { ResolvedTopic } from "./resolved-topic.ts";
import type { Stack } from "./stack.ts";

/** What the live cluster says to what a stack is to have. */
export type Preflight = {
  /** Why the update would fail; with any of them nothing is to be touched. */
  readonly problems: readonly Problem[];
  /** What the update would do beside what the engine shows, a line each. */
  readonly warnings: readonly string[];
  /** The declared topics that live on the cluster without being in the stack's state. */
  readonly adopted: readonly string[];
};

/** What is asked about. */
export type Plan = {
  readonly connection: Connection;
  readonly stack: Stack;
  readonly topics: readonly ResolvedTopic[];
  /** Of all that the catalogue declares, those among them that are wrong and not in `topics`. */
  readonly names: readonly string[];
  /** The topics in the stack's state. */
  readonly managed: ReadonlyMap<string, WantedTopic>;
};

/** Asks the cluster whether an update would succeed, in a handful of requests, whatever the number of topics. */
export async function runPreflight(plan: Plan): Promise<Preflight> {
  const { connection, stack } = plan;
  try {
    return await askBroker(connection, (broker) => askAbout(plan, broker));
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    const field = { place: stack.file, field: "kafka:bootstrapServers", given: connection.bootstrapServers };
    const refused = ['no broker answers; preflight: "off" previews without.', ...error.reasons].join(
      "\n    ",
    );
    return { problems: [{ ...field, refused }], warnings: [], adopted: [] };
  }
}

async function askAbout(
  { connection, stack, topics, names, managed }: Plan,
  broker: Broker,
): Promise<Preflight> {
  const principal = principalOf(connection);
  const cluster = await readLiveCluster(broker, [...new Set([...names, ...managed.keys()])]);
  const live = new Map(cluster.topics.map((topic) => [topic.name, topic]));
  const present = topics.map(({ name }) => name).filter((name) => live.has(name));
  const seen = { cluster, live, configs: await readLiveConfigs(broker, present), managed, principal, stack };

  const changes = topics.flatMap((topic) => findChange(topic, seen) ?? []);
  const changed = changes.map(({ topic }) => topic);
  const grown = changes.filter(({ topic, before }) => topic.partitions > before.partitions);
  const created = topics.filter(
    ({ name }) => !live.has(name) && !managed.has(name) && !cluster.forbidden.includes(name),
  );
  const refusals = [
    await tryCreate(broker, created, principal),
    await tryConfigs(broker, changed, principal),
    await tryAddPartitions(
      broker,
      grown.map(({ topic }) => topic),
      principal,
    ),
  ];
  return {
    problems: [
      ...checkPresence(topics, names, seen),
      ...changes.flatMap((change) => checkChange(change, seen)),
      ...refusals.flatMap((refused) => explainRefusals(topics, refused, stack)),
    ],
    warnings: changes.flatMap(warnOf),
    adopted: present.filter((name) => !managed.has(name)),
  };
}
