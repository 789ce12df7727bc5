import { type TopicDifference, topicDifferenceCodes } from "../../kafka/topic-difference.ts";

/** One way in which the cluster is not as the stack's last update left it. */
export type Difference = { readonly topic: string } & (
  | TopicDifference
  | {
      /** The topic is on the cluster, and the stack has not deployed it. */
      readonly code: "TOPIC_UNDECLARED";
      readonly observed: {
        readonly partitions: number;
        /** On all brokers together, as far as they tell. */
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
      /** An update of the stack runs, or may be running. */
      readonly code: "UPDATE_RUNNING";
      /** Who holds the stack's locks. */
      readonly observed: string;
    }
  /** The stack was updated while it was compared. */
  | { readonly code: "UPDATED_MEANWHILE" }
  | {
      /** The last update did not finish: the state of these topics is uncertain. */
      readonly code: "UPDATE_UNFINISHED";
      readonly observed: readonly string[];
    }
  | {
      readonly code: "PERMISSION_MISSING";
      readonly topic: string;
      readonly expected: "DESCRIBE" | "DESCRIBE_CONFIGS";
      /** The principal. */
      readonly observed: string;
    }
  | {
      readonly code: "CONFIGS_UNREADABLE";
      readonly topic: string;
      /** The broker's message. */
      readonly observed: string;
    }
  | {
      /** The engine or the cluster did not answer. */
      readonly code: "COMPARISON_FAILED";
      /** Its message. */
      readonly observed: string;
    };

/** Every code of `Difference` and `Gap`. */
export const driftCodes = [
  ...topicDifferenceCodes,
  "TOPIC_UNDECLARED",
  "STACK_NOT_DEPLOYED",
  "UPDATE_RUNNING",
  "UPDATED_MEANWHILE",
  "UPDATE_UNFINISHED",
  "PERMISSION_MISSING",
  "CONFIGS_UNREADABLE",
  "COMPARISON_FAILED",
] as const satisfies readonly (Difference | Gap)["code"][];

/** What a comparison found out. */
export type Drift = {
  readonly stack: string;
  /** How many topics of the stack were compared. */
  readonly topics: number;
  /** By topic. */
  readonly differences: readonly Difference[];
  /** With any of them, no difference does not mean no drift. */
  readonly gaps: readonly Gap[];
  /** How many topics of other software were left out. */
  readonly leftOut: number;
};
