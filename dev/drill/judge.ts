import { keyOf } from "../../kafka/place.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import type { DrillFinding, StepName } from "./findings.ts";
import { isTooFewReplicas, type PartitionImpact, type Period, spansWithin } from "./impact.ts";
import type { LeaderChange } from "./leader-watch.ts";
import type { PartitionLedger } from "./ledger.ts";
import type { PartitionVerdict } from "./verify.ts";

/** How long after a change of the in-sync replicas an acknowledgement may still belong to the state before. */
const toleranceMs = 500;

/** How many replicas must be in sync for a write with acks=all. */
export function minInSyncReplicasOf({ config }: Pick<TopicSpec, "config">): number {
  return Number(config["min.insync.replicas"] ?? 1);
}

/** Whether a replica that is not in sync may lead. */
export function allowsUncleanElection({ config }: Pick<TopicSpec, "config">): boolean {
  return config["unclean.leader.election.enable"] === "true";
}

/** Finds how a step affected a topic's availability. */
export function findUnavailability(
  step: StepName,
  topic: TopicSpec,
  impacts: readonly PartitionImpact[],
): DrillFinding[] {
  const offline = impacts.filter(({ wasOffline }) => wasOffline);
  const refused = impacts.filter(({ refused }) => Object.keys(refused).some(isTooFewReplicas));
  const about = { step, topic: topic.name };
  return [
    ...(offline.length === 0
      ? []
      : [
          {
            ...about,
            code: "TOPIC_UNAVAILABLE" as const,
            partitions: offline.map(({ partition }) => partition),
            replicationFactor: topic.replicationFactor,
            ms: Math.max(...offline.map(({ withoutLeaderMs }) => withoutLeaderMs)),
          },
        ]),
    ...(refused.length === 0
      ? []
      : [
          {
            ...about,
            code: "WRITES_REFUSED" as const,
            partitions: refused.map(({ partition }) => partition),
            expected: minInSyncReplicasOf(topic),
            observed: Math.min(...refused.map(({ fewestInSync }) => fewestInSync)),
            ms: Math.max(...refused.map(({ withoutAcknowledgementMs }) => withoutAcknowledgementMs)),
          },
        ]),
  ];
}

/** Finds writes that a leader acknowledged while fewer replicas were in sync than the topic requires. */
export function findUnrefusedWrites(
  step: StepName,
  topic: TopicSpec,
  period: Period,
  changes: ReadonlyMap<string, readonly LeaderChange[]>,
  ledgers: readonly PartitionLedger[],
): DrillFinding[] {
  const expected = minInSyncReplicasOf(topic);
  const found = ledgers
    .filter((ledger) => ledger.topic === topic.name)
    .flatMap((ledger) => {
      const tooFew = spansWithin(period, changes.get(keyOf(ledger)) ?? []).filter(
        ({ inSyncReplicas }) => inSyncReplicas.length < expected,
      );
      const isAccepted = tooFew.some(({ from, to }) =>
        ledger.acknowledged.some(
          ({ sentAt, acknowledgedAt }) => sentAt > from + toleranceMs && acknowledgedAt < to - toleranceMs,
        ),
      );
      const observed = Math.min(...tooFew.map(({ inSyncReplicas }) => inSyncReplicas.length));
      return isAccepted ? [{ partition: ledger.partition, observed }] : [];
    });
  if (found.length === 0) return [];
  return [
    {
      step,
      topic: topic.name,
      code: "WRITES_NOT_REFUSED",
      partitions: found.map(({ partition }) => partition),
      expected,
      observed: Math.min(...found.map(({ observed }) => observed)),
    },
  ];
}

/** Finds records that are missing from a partition's log, or are in it more than once or out of order. */
export function findRecordFaults(
  step: StepName,
  topic: TopicSpec,
  { partition, lost, duplicated, reordered }: PartitionVerdict,
): DrillFinding[] {
  const about = { step, topic: topic.name, partition };
  return [
    ...(lost.length === 0
      ? []
      : [
          {
            ...about,
            code: allowsUncleanElection(topic)
              ? ("RECORDS_LOST_BY_UNCLEAN_ELECTION" as const)
              : ("RECORDS_LOST" as const),
            lost,
          },
        ]),
    ...(duplicated.length === 0
      ? []
      : [{ ...about, code: "RECORDS_DUPLICATED" as const, sequences: duplicated }]),
    ...(reordered.length === 0
      ? []
      : [{ ...about, code: "RECORDS_REORDERED" as const, sequences: reordered }]),
  ];
}
