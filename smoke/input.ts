import type { Connection } from "../kafka/connection.ts";
import { countOf } from "../kafka/describe-value.ts";
import type { LiveCluster } from "../kafka/live-cluster.ts";
import type { Retrying } from "../kafka/retry.ts";
import type { GroupNaming } from "../kafka/smoke-settings.ts";
import type { LiveTopic, TopicSpec } from "../kafka/topic.ts";
import { explainUnmatched, selectTopics, type TopicSelection } from "../kafka/topic-selection.ts";
import { readStackSmoke } from "../pulumi/stack-config.ts";
import { exportState, readDeployed } from "../pulumi/state.ts";
import { patienceMs } from "./bisection.ts";
import { boundBy, type Deadline } from "./deadline.ts";
import { requireUnusedGroup } from "./group-use.ts";
import { Retries } from "./retries.ts";

/** The brokers that are up, and the topics by name, with their leaders. */
export type KnownCluster = Pick<LiveCluster, "brokers" | "addresses"> & {
  readonly topics: ReadonlyMap<string, LiveTopic>;
};

/** Everything the suite starts from. */
export type SmokeInput = {
  readonly stack: string;
  /** Its request timeout leaves time for other requests when a broker does not answer. */
  readonly connection: Connection;
  readonly groups: GroupNaming;
  /** The topics to check: as deployed, or undeclared ones as they are on the cluster. */
  readonly deployed: readonly TopicSpec[];
  /** One line for each glob of the selection that matches nothing. */
  readonly unmatched: readonly string[];
  readonly cluster: KnownCluster &
    Pick<LiveCluster, "authorized"> & { readonly forbidden: ReadonlySet<string> };
  /** Whether the topics are not declared, so that they have no definition to compare with. */
  readonly isUndeclared?: boolean;
  /** Counts the retries of the run. */
  readonly retries: Retries;
};

/**
 * Reads what a stack deployed, and what its cluster has now. Does not read the catalogue.
 * @param selection narrows the topics
 * @param isDry replaces the mode of every topic that the suite does not skip
 * @throws Error if the stack is not deployed, its config is wrong, or the cluster does not answer
 */
export async function readSmokeInput(
  stack: string,
  { selection, deadline, isDry }: { selection: TopicSelection; deadline: Deadline; isDry: boolean },
): Promise<SmokeInput> {
  const exported = exportState(stack).then((state) => [...readDeployed(stack, state).values()]);
  // A wrong config is reported first: it is also why a stack is not deployed.
  exported.catch(() => {});
  const answer = readStackSmoke(stack).then(async (settings) => [settings, await exported] as const);
  const [settings, all] = await boundBy(deadline, "Pulumi's answer", answer);
  const isSelected = selectTopics(selection);
  const deployed = all
    .filter(({ name }) => isSelected(name))
    .map(
      (topic): TopicSpec =>
        isDry && typeof topic.smoke !== "object" ? { ...topic, smoke: "dry-run" } : topic,
    );
  const unmatched = explainUnmatched(
    selection,
    all.map(({ name }) => name),
  );
  if (deployed.length === 0 && all.length > 0) {
    const none = `None of the ${countOf(all.length, "topic")} that stack ${stack} deployed is selected.`;
    throw new Error([...unmatched, none].join("\n"));
  }
  const connection = limitTimeout(settings.connection, deadline);
  const names = deployed.map(({ name }) => name);
  const usesGroups = deployed.some(({ smoke }) => smoke === "produce");
  const retries = new Retries();
  const until = performance.now() + electionPatience(deadline);
  const reading = Promise.all([
    readCluster(connection, names, { until, onRetry: retries.count }),
    usesGroups && requireUnusedGroup(connection, settings.groups, { stack, deadline }),
  ]);
  const [cluster] = await boundBy(deadline, "the cluster's answer", reading);
  return { stack, connection, groups: settings.groups, deployed, unmatched, cluster, retries };
}

/** Limits the request timeout of a connection, so that there is time for other requests when a broker does not answer. */
export function limitTimeout(connection: Connection, deadline: Deadline): Connection {
  return { ...connection, timeoutMs: Math.min(connection.timeoutMs, Math.max(1_000, quarterOf(deadline))) };
}

/** How long to wait for elections before anything is written, in ms. */
export function electionPatience(deadline: Deadline): number {
  return Math.min(patienceMs, quarterOf(deadline));
}

function quarterOf(deadline: Deadline): number {
  return Math.round((deadline.at - performance.now()) / 4);
}

/**
 * Reads these topics from the cluster, and waits for elections.
 * @param readsConfigs whether to read the topics' configs too
 */
export async function readCluster(
  connection: Connection,
  names: readonly string[],
  retrying?: Retrying,
  readsConfigs = true,
): Promise<SmokeInput["cluster"]> {
  // The modules take a quarter of a second to load: a static import would delay the start of the Pulumi CLI.
  const [{ readConfiguredTopics, readLiveCluster }, { readLedTopics }, { withMoves }] = await Promise.all([
    import("../kafka/live-cluster.ts"),
    import("../kafka/led-cluster.ts"),
    import("../kafka/moves.ts"),
  ]);
  const read = async () =>
    readsConfigs
      ? readConfiguredTopics(connection, names, retrying)
      : { ...(await readLiveCluster(connection, names)), configured: new Map(), unread: new Map(), gone: [] };
  const cluster = await withMoves(connection, await readLedTopics(connection, read, retrying));
  const { brokers, addresses, topics, forbidden, authorized } = cluster;
  return {
    brokers,
    addresses,
    authorized,
    topics: new Map(topics.map((topic) => [topic.name, topic])),
    forbidden: new Set(forbidden),
  };
}
