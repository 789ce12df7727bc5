import type { Connection } from "../../kafka/connection.ts";
import { isKafkasOwn, ownersOn } from "../../kafka/internal-topics.ts";
import { readLedTopics } from "../../kafka/led-cluster.ts";
import { readConfiguredTopics, readLiveCluster } from "../../kafka/live-cluster.ts";
import { withMoves } from "../../kafka/moves.ts";
import { readNewestRecords, type UnreadCode } from "../../kafka/newest-records.ts";
import { askUntilSettled, electionMs } from "../../kafka/retry.ts";
import { withoutThrottle } from "../../kafka/throttles.ts";
import { type LiveTopic, specOf, type TopicSpec } from "../../kafka/topic.ts";
import { findUnread } from "../../kafka/unread-topics.ts";
import type { Selection } from "../selection.ts";
import type { DryRunReason, Elsewhere, FoundTopics, Obstacle } from "./findings.ts";
import { findObstacles } from "./obstacles.ts";
import { RecordVerdicts } from "./record-verdicts.ts";

/** The topics to adopt. */
export type Wanted = Selection & {
  /** Whether to adopt topics of other software too. */
  readonly internal: boolean;
  /** The names in the catalogue. */
  readonly declared: readonly string[];
  /** Those of them that the stack does not have. */
  readonly elsewhere: ReadonlyMap<string, Elsewhere>;
  /** Whether the stack ignores a topic. */
  readonly isIgnored: (topic: string) => boolean;
};

/**
 * Finds the topics of a cluster that a catalogue can adopt. It only reads, and leaves nothing on the cluster.
 * @throws UnreachableError if no bootstrap server answers
 */
export async function findTopics(connection: Connection, wanted: Wanted): Promise<FoundTopics> {
  const cluster = await readLiveCluster(connection);
  const all = cluster.topics.filter((topic) => !isKafkasOwn(topic));
  wanted.checkGlobs(all.map(({ name }) => name));
  const matching = all.filter(({ name }) => wanted.isSelected(name));
  const others = matching.filter(({ name }) => !wanted.declared.includes(name));
  const undeclared = others.filter(({ name }) => !wanted.isIgnored(name));

  const names = new Set(matching.map(({ name }) => name));
  const elsewhere = new Map([...wanted.elsewhere].filter(([name]) => names.has(name)));
  const ownerOf = ownersOn(all.map(({ name }) => name));
  const owners = new Map<string, string>();
  for (const { name } of undeclared) {
    const owner = ownerOf(name);
    if (owner !== undefined) owners.set(name, owner);
  }
  const asked = wanted.internal ? undeclared : undeclared.filter(({ name }) => !owners.has(name));
  const { declarable, compacted, obstacles, gone } = await readTopics(connection, asked, wanted.declared);

  const verdicts = new RecordVerdicts();
  const unowned = declarable.filter(({ name }) => !owners.has(name));
  const unread = await readRecords(connection, new Set(unowned.map(({ name }) => name)), verdicts);
  for (const { name } of unowned) {
    const owner = verdicts.ownerOf(name, compacted.has(name));
    if (owner !== undefined) owners.set(name, owner);
  }
  const dryRunReasons = new Map<string, DryRunReason>();
  for (const { name } of declarable) {
    const owner = owners.get(name);
    const reason =
      owner === undefined
        ? verdicts.reasonAgainst(name, unread.get(name))
        : ({ code: "TOPIC_OF_OTHER_SOFTWARE", observed: owner } as const);
    if (reason) dryRunReasons.set(name, reason);
  }
  const adopted = declarable
    .filter(({ name }) => wanted.internal || !owners.has(name))
    .map((topic): TopicSpec => (dryRunReasons.has(topic.name) ? { ...topic, smoke: "dry-run" } : topic));
  return {
    adopted,
    dryRunReasons,
    internal: wanted.internal ? new Map() : owners,
    obstacles,
    elsewhere,
    gone,
    counts: {
      all: all.length,
      matching: matching.length,
      declared: matching.length - others.length - elsewhere.size,
      ignored: others.length - undeclared.length,
    },
  };
}

/**
 * Reads the newest records of topics, and for a while again those of topics whose leader does not answer: it may be restarting,
 * or another broker takes over.
 * @returns by topic, why its newest records are not all known
 */
async function readRecords(
  connection: Connection,
  names: ReadonlySet<string>,
  { see }: RecordVerdicts,
): Promise<Map<string, UnreadCode>> {
  const unread = new Map<string, UnreadCode>();
  const retrying = { until: performance.now() + electionMs };
  let asked = names;
  await askUntilSettled(
    async () => {
      const read = () => readLiveCluster(connection, [...asked]);
      const cluster = await readLedTopics(connection, read, retrying);
      const found = await readNewestRecords(connection, cluster, asked, see);
      for (const name of asked) unread.delete(name);
      for (const [name, code] of found) unread.set(name, code);
      asked = new Set([...found].filter(([, code]) => code === "NO_ANSWER").map(([name]) => name));
    },
    () => (asked.size > 0 ? { error: "LEADER_NOT_AVAILABLE" } : undefined),
    retrying,
  );
  return unread;
}

/** Reads topics, and finds those that a catalogue cannot declare. */
async function readTopics(connection: Connection, topics: readonly LiveTopic[], declared: readonly string[]) {
  const names = topics.map(({ name }) => name);
  const read = await withMoves(connection, await readConfiguredTopics(connection, names));
  const { configured, forbidden, unread, gone } = read;
  const obstacles = new Map<string, readonly Obstacle[]>(
    findUnread({ forbidden, unread }, connection).map((found) => [found.topic, [found]]),
  );
  const described = [...configured.values()].map((live) => ({ live, topic: withoutThrottle(specOf(live)) }));
  for (const { live, topic } of described) {
    const reasons = findObstacles(live, topic, declared);
    if (reasons.length > 0) obstacles.set(topic.name, reasons);
  }
  const declarable = described.map(({ topic }) => topic).filter(({ name }) => !obstacles.has(name));
  // From the effective config, because the brokers' default may be compact.
  const compacted = new Set(
    described
      .filter(({ live }) => live.configs.values.get("cleanup.policy")?.includes("compact"))
      .map(({ topic }) => topic.name),
  );
  return { declarable, compacted, obstacles, gone };
}
