import { askBroker, type Broker, isBrokerError } from "../kafka/broker.ts";
import { explain, principalOf, UnreachableError } from "../kafka/causes.ts";
import type { Connection } from "../kafka/connection.ts";
import { readConfiguredTopics } from "../kafka/live-cluster.ts";
import type { Problem } from "../kafka/problem.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import { tryAddPartitions, tryConfigs, tryCreate, tryReplace } from "../kafka/validate-only.ts";
import type { Origin } from "./origin.ts";
import {
  checkChange,
  checkPresence,
  explainRefusals,
  findChange,
  isChangedByHand,
  isReplacement,
  warnOf,
} from "./preflight-checks.ts";

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
export type Asked = {
  readonly connection: Connection;
  readonly origin: Origin;
  readonly topics: readonly TopicSpec[];
  /** Of all that the catalogue declares, those among them that are wrong and not in `topics`. */
  readonly names: readonly string[];
  /** The topics in the stack's state. */
  readonly managed: ReadonlyMap<string, TopicSpec>;
};

/** Asks the cluster whether an update would succeed, in a handful of requests, whatever the number of topics. */
export async function runPreflight(asked: Asked): Promise<Preflight> {
  const { connection, origin } = asked;
  const { stack } = origin;
  try {
    return await askBroker(connection, (broker) => askAbout(asked, broker));
  } catch (error) {
    if (!isBrokerError(error)) throw error;
    const refused =
      error instanceof UnreachableError
        ? ['no broker answers; preflight: "off" previews without.', ...error.reasons].join("\n    ")
        : explain(error, { principal: principalOf(connection) });
    const field = { place: stack.file, field: "kafka:bootstrapServers", given: connection.bootstrapServers };
    return { problems: [{ ...field, refused }], warnings: [], adopted: [] };
  }
}

async function askAbout(
  { connection, origin, topics, names, managed }: Asked,
  broker: Broker,
): Promise<Preflight> {
  const principal = principalOf(connection);
  const cluster = await readConfiguredTopics(broker, [...new Set([...names, ...managed.keys()])]);
  const live = new Map(cluster.topics.map((topic) => [topic.name, topic]));
  const present = topics.map(({ name }) => name).filter((name) => live.has(name));
  const seen = { cluster, live, managed, principal, origin };

  const changes = topics.flatMap((topic) => findChange(topic, seen) ?? []);
  const tried = changes.filter((change) => !isChangedByHand(change));
  const [replaced, changed] = [true, false].map((isReplaced) =>
    tried.filter((change) => isReplacement(change) === isReplaced).map(({ topic }) => topic),
  ) as [TopicSpec[], TopicSpec[]];
  const grown = tried.filter(({ topic, before }) => topic.partitions > before.partitions);
  const created = topics.filter(
    ({ name }) => !live.has(name) && !managed.has(name) && !cluster.forbidden.includes(name),
  );
  const refusals = [
    await tryCreate(broker, created, principal),
    await tryReplace(broker, replaced, principal),
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
      ...refusals.flatMap((refused) => explainRefusals(topics, refused, origin)),
    ],
    warnings: tried.flatMap(warnOf),
    adopted: present.filter((name) => !managed.has(name)),
  };
}
