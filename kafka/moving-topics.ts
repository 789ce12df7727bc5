import { nameBrokers, nameDown } from "./broker-wording.ts";
import { describeSize } from "./describe-value.ts";
import type { LiveTopic, PartitionMove } from "./topic.ts";
import { listFew } from "./topic-groups.ts";

/** A partition whose replicas are moving. */
export type MovingPartition = { readonly partition: number } & PartitionMove;

/** Replicas of a topic's partitions are moving to other brokers. */
export type MovingTopic = {
  readonly code: "PARTITIONS_MOVING";
  readonly topic: string;
  readonly observed: readonly MovingPartition[];
};

/** Up to this many ways from brokers to brokers are described. */
const mostRoutes = 3;

/** Finds the topics whose replicas are moving. */
export function findMoving(topics: readonly Pick<LiveTopic, "name" | "partitions">[]): MovingTopic[] {
  return topics.flatMap(({ name, partitions }) => {
    const observed = partitions.flatMap(({ partition, move }) => (move ? [{ partition, ...move }] : []));
    return observed.length > 0 ? [{ code: "PARTITIONS_MOVING" as const, topic: name, observed }] : [];
  });
}

/**
 * Describes the moves of a topic's partitions: `partitions 0, 2 are moving from broker 1 to broker 3, partition 1 is being
 * copied to broker 4; 30 % of 60.0 MB copied; broker 4 is down, and copies wait for it: start it`.
 */
export function describeMoves(moves: readonly MovingPartition[]): string {
  const routes = [...Map.groupBy(moves, describeRoute)];
  const described = routes.slice(0, mostRoutes).map(([route, own]) => `${namePartitions(own)} ${route}`);
  const others = routes.slice(mostRoutes).flatMap(([, own]) => own).length;
  const rest = others > 0 ? [`${others} more ${others === 1 ? "is" : "are"} moving`] : [];
  const down = awaitedBy(moves);
  const awaited = down.length > 0 ? [describeAwaited(down)] : [];
  return [[...described, ...rest].join(", "), ...describeProgress(moves), ...awaited].join("; ");
}

/** The brokers for which moves wait, in ascending order. */
export function awaitedBy(moves: readonly Pick<PartitionMove, "down">[]): number[] {
  return [...new Set(moves.flatMap(({ down = [] }) => down))].sort((a, b) => a - b);
}

/** `broker 3 is down, and copies wait for it: start it`. */
export function describeAwaited(brokers: readonly number[]): string {
  const pronoun = brokers.length === 1 ? "it" : "them";
  return `${nameDown(brokers)}, and copies wait for ${pronoun}: start ${pronoun}`;
}

function describeRoute({ from, to }: PartitionMove): string {
  if (from.length === 0) return `being copied to ${nameBrokers(to)}`;
  if (to.length === 0) return `being removed from ${nameBrokers(from)}`;
  return `moving from ${nameBrokers(from)} to ${nameBrokers(to)}`;
}

function namePartitions(moves: readonly MovingPartition[]): string {
  const numbers = listFew(moves.map(({ partition }) => String(partition)));
  return moves.length === 1 ? `partition ${numbers} is` : `partitions ${numbers} are`;
}

function describeProgress(moves: readonly PartitionMove[]): string[] {
  const copies = moves.filter(({ to }) => to.length > 0);
  // Without the size of one of them, the total is unknown.
  if (copies.length === 0 || copies.some(({ bytes }) => bytes === undefined)) return [];
  const total = (key: "bytes" | "copied") => copies.reduce((sum, move) => sum + (move[key] ?? 0), 0);
  return [`${describeCopied({ bytes: total("bytes"), copied: total("copied") })} copied`];
}

/** `30 % of 60.0 MB`. */
export function describeCopied({
  bytes,
  copied,
}: {
  readonly bytes: number;
  readonly copied: number;
}): string {
  const percent = bytes === 0 ? 0 : Math.floor((100 * copied) / bytes);
  return `${percent} % of ${describeSize(bytes)}`;
}
