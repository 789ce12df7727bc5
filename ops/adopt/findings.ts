import type { UnreadCode } from "../../kafka/newest-records.ts";
import type { SmokeMode, TopicSpec } from "../../kafka/topic.ts";
import type { UnreadTopic } from "../../kafka/unread-topics.ts";

/** A topic of the cluster as a catalogue declares it for a stack. */
export type AdoptedTopic = TopicSpec & {
  /** Configs that the stack's defaults would set, and the cluster's topic does not have. */
  readonly unset?: readonly string[];
  /** The only stack to which `exempt` and `unset` apply; absent if the catalogue serves no other stack. */
  readonly onlyOn?: string;
  /** What the stack's config lets the smoke suite do with the topic, if the declaration does not say it. */
  readonly smokeOfStack?: SmokeMode;
};

/** Why the smoke suite makes a dry run of an adopted topic. */
export type DryRunReason =
  | {
      /** A record among the newest ones is not JSON. */
      readonly code: "RECORDS_NOT_JSON";
      readonly partition: number;
      /** A 64-bit number, as a string. */
      readonly offset: string;
    }
  | {
      readonly code: "RECORDS_UNKNOWN";
      readonly observed: UnreadCode;
    }
  | {
      readonly code: "TOPIC_OF_OTHER_SOFTWARE";
      /** The software. */
      readonly observed: string;
    };

/** Why a catalogue cannot declare a topic as it is on the cluster. */
export type Obstacle =
  | { readonly code: "REPLICATION_FACTOR_UNEVEN"; readonly observed: readonly number[] }
  | { readonly code: "CONFIG_NOT_EXPRESSIBLE"; readonly key: string; readonly observed: string }
  | {
      readonly code: "CONFIGS_CONTRADICT";
      readonly key: string;
      readonly expected: string;
      readonly observed: string;
    }
  | {
      /** A rule of the catalogue refuses a field. */
      readonly code: "DECLARATION_INVALID";
      readonly field: string;
      readonly expected: string;
    }
  | {
      readonly code: "TOPIC_NAMES_COLLIDE";
      /** The declared topic. */
      readonly observed: string;
    }
  | UnreadTopic;

/** A topic that the catalogue declares only for other stacks. */
export type Elsewhere = {
  readonly code: "DECLARED_FOR_OTHER_STACKS";
  readonly file: string;
  /** The stacks that the declaration lists; false if it excludes the stack. */
  readonly observed: readonly string[] | false;
};

/** Every code of `DryRunReason`, `Obstacle` and `Elsewhere`. */
export const adoptCodes = [
  "RECORDS_NOT_JSON",
  "RECORDS_UNKNOWN",
  "TOPIC_OF_OTHER_SOFTWARE",
  "REPLICATION_FACTOR_UNEVEN",
  "CONFIG_NOT_EXPRESSIBLE",
  "CONFIGS_CONTRADICT",
  "DECLARATION_INVALID",
  "TOPIC_NAMES_COLLIDE",
  "PERMISSION_MISSING",
  "CONFIGS_UNREADABLE",
  "DECLARED_FOR_OTHER_STACKS",
] as const satisfies readonly (DryRunReason | Obstacle | Elsewhere)["code"][];

/** The topics of a cluster, by what happens to them. */
export type FoundTopics = {
  readonly adopted: readonly AdoptedTopic[];
  /** By adopted topic: why its `smoke` is "dry-run". */
  readonly dryRunReasons: ReadonlyMap<string, DryRunReason>;
  /** Left out, by name: the software that the topic belongs to. */
  readonly internal: ReadonlyMap<string, string>;
  /** Left out, by name: why a catalogue cannot declare the topic. */
  readonly obstacles: ReadonlyMap<string, readonly Obstacle[]>;
  /** Left out, by name: where the catalogue declares the topic for other stacks. */
  readonly elsewhere: ReadonlyMap<string, Elsewhere>;
  /** Deleted while they were read. */
  readonly gone: readonly string[];
  /**
   * How many topics the cluster has besides Kafka's own, how many are selected, and how many of these the stack has or
   * ignores.
   */
  readonly counts: {
    readonly all: number;
    readonly matching: number;
    readonly declared: number;
    readonly ignored: number;
  };
};
