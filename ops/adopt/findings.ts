import type { UnreadCode } from "../../kafka/newest-records.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import type { UnreadTopic } from "../../kafka/unread-topics.ts";

/** Why the smoke suite only checks the metadata of an adopted topic. */
export type MetadataReason =
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

/** Every code of `MetadataReason` and `Obstacle`. */
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
] as const satisfies readonly (MetadataReason | Obstacle)["code"][];

/** The topics of a cluster, by what happens to them. */
export type FoundTopics = {
  readonly adopted: readonly TopicSpec[];
  /** By adopted topic: why its `smoke` is "metadata". */
  readonly metadataReasons: ReadonlyMap<string, MetadataReason>;
  /** Left out, by name: the software that the topic belongs to. */
  readonly internal: ReadonlyMap<string, string>;
  /** Left out, by name: why a catalogue cannot declare the topic. */
  readonly obstacles: ReadonlyMap<string, readonly Obstacle[]>;
  /** Deleted while they were read. */
  readonly gone: readonly string[];
  /** How many topics the cluster has besides Kafka's own, how many are selected, and how many of these are declared. */
  readonly counts: { readonly all: number; readonly matching: number; readonly declared: number };
};
