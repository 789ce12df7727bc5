import type { UnreachableCluster } from "../../kafka/cluster-error.ts";
import type { MovingTopic } from "../../kafka/moving-topics.ts";
import { type TopicDifference, topicDifferenceCodes } from "../../kafka/topic-difference.ts";
import type { UnreadTopic } from "../../kafka/unread-topics.ts";

/** A difference between the cluster and what the stack's last update left. */
export type Difference = {
  readonly topic: string;
  /** As deployed; absent if the topic has none, or is not declared. */
  readonly owner?: string;
} & (
  | TopicDifference
  | {
      /** The topic is on the cluster, but the stack has not deployed it. */
      readonly code: "TOPIC_UNDECLARED";
      readonly observed: {
        readonly partitions: number;
        /** On all brokers together, if they report it. */
        readonly bytes?: number;
        /** The time of its newest record, ISO 8601. */
        readonly lastWrite?: string;
      };
    }
);

/** Why something could not be compared. */
export type Gap =
  | { readonly code: "STACK_NOT_DEPLOYED" }
  | {
      /** An update of the stack is running, or may be running. */
      readonly code: "UPDATE_RUNNING";
      /** The holders of the stack's locks. */
      readonly observed: string;
    }
  /** The stack was updated while it was compared. */
  | { readonly code: "UPDATED_MEANWHILE" }
  | {
      /** The last update did not finish: the state of these topics is uncertain. */
      readonly code: "UPDATE_UNFINISHED";
      readonly observed: readonly string[];
    }
  | UnreadTopic
  | UnreachableCluster
  | {
      /** The engine did not answer, or the cluster returned an error. */
      readonly code: "COMPARISON_FAILED";
      /** The message of the error. */
      readonly observed: string;
    };

/** Every code of `Difference`, `Gap` and the moves. */
export const driftCodes = [
  ...topicDifferenceCodes,
  "TOPIC_UNDECLARED",
  "PARTITIONS_MOVING",
  "STACK_NOT_DEPLOYED",
  "UPDATE_RUNNING",
  "UPDATED_MEANWHILE",
  "UPDATE_UNFINISHED",
  "PERMISSION_MISSING",
  "CONFIGS_UNREADABLE",
  "CLUSTER_UNREACHABLE",
  "COMPARISON_FAILED",
] as const satisfies readonly (Difference | MovingTopic | Gap)["code"][];

/** The result of a comparison. */
export type Drift = {
  readonly stack: string;
  /** How many topics of the stack were compared. */
  readonly topics: number;
  /** Sorted by topic. */
  readonly differences: readonly Difference[];
  /** The compared topics whose replicas are moving, which is no drift; sorted by topic. */
  readonly moves: readonly MovingTopic[];
  /** If there is any, the absence of differences does not mean that there is no drift. */
  readonly gaps: readonly Gap[];
  /** How many topics of other software were left out. */
  readonly leftOut: number;
  /** How many differences the stack's `ignore` left out. */
  readonly ignored: number;
  /** Whether there is drift: undeclared topics are none if the stack only reports them. */
  readonly isDrifted: boolean;
};
