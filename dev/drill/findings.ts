import type { Place } from "../../kafka/place.ts";
import type { LostRecord } from "./verify.ts";

/** The steps of a drill, in this order. */
export const stepNames = ["kill", "second-kill", "pause", "rolling-restart", "unclean-election"] as const;
export type StepName = (typeof stepNames)[number];

type OfTopic = { readonly topic: string };

/** Something that the drill finds out about one topic, in one of its steps. */
export type DrillFinding = { readonly step: StepName } & (
  | (OfTopic & {
      /** Partitions without a leader, because every broker that could lead them was down. */
      readonly code: "TOPIC_UNAVAILABLE";
      readonly partitions: readonly number[];
      readonly replicationFactor: number;
      /** The longest time of any partition. */
      readonly ms: number;
    })
  | (OfTopic & {
      /**
       * The leader refuses writes rather than keep the only copy: fewer replicas are in sync than
       * `min.insync.replicas`.
       */
      readonly code: "WRITES_REFUSED";
      readonly partitions: readonly number[];
      /** `min.insync.replicas`. */
      readonly expected: number;
      /** The fewest replicas that were in sync. */
      readonly observed: number;
      /** The longest time between two acknowledged records of a partition. */
      readonly ms: number;
    })
  | (Place & {
      /** Acknowledged records that are lost because a replica that was not in sync became the leader. */
      readonly code: "RECORDS_LOST_BY_UNCLEAN_ELECTION";
      readonly lost: readonly LostRecord[];
    })
  | (Place & {
      /** Acknowledged records that are not in the log. */
      readonly code: "RECORDS_LOST";
      readonly lost: readonly LostRecord[];
    })
  | (Place & {
      readonly code: "RECORDS_DUPLICATED" | "RECORDS_REORDERED";
      /** Their sequence numbers in the partition, in the order in which they were sent. */
      readonly sequences: readonly number[];
    })
  | (OfTopic & {
      /** A leader acknowledged records while fewer replicas were in sync than `min.insync.replicas`. */
      readonly code: "WRITES_NOT_REFUSED";
      readonly partitions: readonly number[];
      readonly expected: number;
      readonly observed: number;
    })
  | (OfTopic & {
      /** The replicas are still not in sync after all brokers are back. */
      readonly code: "REPLICAS_OUT_OF_SYNC";
      readonly partitions: readonly number[];
    })
  | (OfTopic & {
      /** The smoke suite fails after all brokers are back. */
      readonly code: "SMOKE_FAILED";
      /** The causes, in the suite's words. */
      readonly observed: readonly string[];
    })
);

/** What each code means for the result: a failure breaks what Kafka promises. */
const severities = {
  TOPIC_UNAVAILABLE: "expected",
  WRITES_REFUSED: "expected",
  RECORDS_LOST_BY_UNCLEAN_ELECTION: "expected",
  RECORDS_LOST: "failure",
  RECORDS_DUPLICATED: "failure",
  RECORDS_REORDERED: "failure",
  WRITES_NOT_REFUSED: "failure",
  REPLICAS_OUT_OF_SYNC: "failure",
  SMOKE_FAILED: "failure",
} as const satisfies Record<DrillFinding["code"], "expected" | "failure">;

/** Every code of `DrillFinding`. */
export const drillCodes = Object.keys(severities);

/** Whether a finding breaks what Kafka promises for the topic's settings. */
export function isFailure({ code }: DrillFinding): boolean {
  return severities[code] === "failure";
}
