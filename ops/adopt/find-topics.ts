import { principalOf } from "../../kafka/causes.ts";
import type { Connection } from "../../kafka/connection.ts";
import { findOwnerByName, isKafkasOwn } from "../../kafka/internal-topics.ts";
import { readConfiguredTopics, readLiveCluster } from "../../kafka/live-cluster.ts";
import { showNewestRecords } from "../../kafka/newest-records.ts";
import { explainUnreadConfigs } from "../../kafka/refusal.ts";
import { type LiveTopic, specOf } from "../../kafka/topic.ts";
import type { AdoptedTopic } from "./catalogue-source.ts";
import { findObstacles } from "./obstacles.ts";
import { RecordVerdicts } from "./record-verdicts.ts";

/** Which topics to adopt. */
export type Wanted = {
  readonly include?: RegExp | undefined;
  readonly exclude?: RegExp | undefined;
  /** Those of other software too. */
  readonly internal: boolean;
  /** The names in the catalogue. */
  readonly declared: readonly string[];
};

/** The topics of a cluster by what becomes of them. */
export type FoundTopics = {
  readonly adopted: readonly AdoptedTopic[];
  /** Left out, by name: the software that each belongs to. */
  readonly internal: ReadonlyMap<string, string>;
  /** Left out, by name: why a catalogue cannot declare them. */
  readonly obstacles: ReadonlyMap<string, readonly string[]>;
  /** Deleted while they were read. */
  readonly gone: readonly string[];
  /** How many topics the cluster has beside Kafka's own, how many were asked for, how many of these are declared. */
  readonly counts: { readonly all: number; readonly matching: number; readonly declared: number };
};

/**
 * Looks for the topics of a cluster that a catalogue can adopt. Reads only, and leaves no trace.
 * @throws UnreachableError when no bootstrap server answers
 */
export async function findTopics(connection: Connection, wanted: Wanted): Promise<FoundTopics> {
  const cluster = await readLiveCluster(connection);
  const all = cluster.topics.filter((topic) => !isKafkasOwn(topic));
  const matching = all.filter(
    ({ name }) => (wanted.include?.test(name) ?? true) && !wanted.exclude?.test(name),
  );
  const undeclared = matching.filter(({ name }) => !wanted.declared.includes(name));

  const owners = new Map<string, string>();
  for (const { name } of undeclared) {
    const owner = findOwnerByName(name);
    if (owner !== undefined) owners.set(name, owner);
  }
  const asked = wanted.internal ? undeclared : undeclared.filter(({ name }) => !owners.has(name));
  const { declarable, compacted, obstacles, gone } = await readTopics(connection, asked, wanted.declared);

  const verdicts = new RecordVerdicts();
  const unowned = declarable.filter(({ name }) => !owners.has(name));
  const unread = await showNewestRecords(
    connection,
    cluster,
    new Set(unowned.map(({ name }) => name)),
    verdicts.see,
  );
  for (const { name } of unowned) {
    const owner = verdicts.ownerOf(name, compacted.has(name));
    if (owner !== undefined) owners.set(name, owner);
  }
  const adopted = declarable.flatMap((topic): AdoptedTopic[] => {
    const owner = owners.get(topic.name);
    if (owner !== undefined && !wanted.internal) return [];
    const metadataOnly =
      owner === undefined
        ? verdicts.reasonAgainst(topic.name, unread.get(topic.name))
        : `It belongs to ${owner}.`;
    return [{ ...topic, ...(metadataOnly !== undefined && { metadataOnly }) }];
  });
  return {
    adopted,
    internal: wanted.internal ? new Map() : owners,
    obstacles,
    gone,
    counts: {
      all: all.length,
      matching: matching.length,
      declared: matching.length - undeclared.length,
    },
  };
}

/** Topics as they are, and which of them a catalogue cannot declare. */
async function readTopics(connection: Connection, topics: readonly LiveTopic[], declared: readonly string[]) {
  const names = topics.map(({ name }) => name);
  const { configured, unread, gone } = await readConfiguredTopics(connection, names);
  const principal = principalOf(connection);
  const obstacles = new Map<string, readonly string[]>(
    [...unread].map(([name, refusal]) => [name, [explainUnreadConfigs(name, refusal, principal)]] as const),
  );
  const described = [...configured.values()].map((live) => ({ live, topic: specOf(live) }));
  for (const { live, topic } of described) {
    const reasons = findObstacles(live, topic, declared);
    if (reasons.length > 0) obstacles.set(topic.name, reasons);
  }
  const declarable = described.map(({ topic }) => topic).filter(({ name }) => !obstacles.has(name));
  // Brokers may compact by default.
  const compacted = new Set(
    described
      .filter(({ live }) => live.configs.values.get("cleanup.policy")?.includes("compact"))
      .map(({ topic }) => topic.name),
  );
  return { declarable, compacted, obstacles, gone };
}
