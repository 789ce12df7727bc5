import type { ReportedFinding } from "../../infra/findings-file.ts";
import type { RecordCount } from "../../kafka/record-counts.ts";

/** What a change may cost: nothing, attention, or records. Worst first. */
export const risks = ["data loss", "caution", "safe"] as const;
export type Risk = (typeof risks)[number];

/** A topic's partitions and replication factor, as far as the engine gives them. */
export type Layout = { readonly partitions: number; readonly replicationFactor: number };

/** What a change does. Expected is what the catalogue declares, observed what it was before. */
export type ChangeKind =
  | { readonly code: "TOPIC_CREATED"; readonly expected: Layout }
  | { readonly code: "TOPIC_ADOPTED" }
  | {
      readonly code: "TOPIC_DELETED";
      /** Absent where the cluster did not tell. */
      readonly records?: RecordCount;
    }
  | {
      /** The topic is deleted and created again. */
      readonly code: "TOPIC_REPLACED";
      /** The partition counts, where they are why. */
      readonly expected?: number;
      readonly observed?: number;
      readonly records?: RecordCount;
    }
  | {
      readonly code:
        | "PARTITIONS_ADDED"
        | "PARTITIONS_REDUCED"
        | "REPLICATION_FACTOR_RAISED"
        | "REPLICATION_FACTOR_LOWERED";
      readonly expected: number;
      readonly observed: number;
    }
  | ({ readonly key: string } & ConfigChange)
  /** The cluster did not tell the topic's configs: the update resets what was set there by hand. */
  | { readonly code: "CONFIGS_UNKNOWN" }
  | { readonly code: "PROTECTION_ADDED" | "PROTECTION_REMOVED" }
  /** An update in which the review finds nothing that it knows. */
  | { readonly code: "UPDATE_UNKNOWN" }
  | {
      readonly code: "STEP_UNKNOWN";
      /** The engine's word for it. */
      readonly observed: string;
    }
  | {
      /** A step on a resource that is no topic. */
      readonly code: "OTHER_RESOURCE";
      readonly observed: string;
    };

/** A change of one config; its values are the effective ones, and absent where nobody could tell them. */
export type ConfigChange = { readonly expected?: string; readonly observed?: string } & (
  | {
      readonly code:
        | "CLEANUP_DISABLED"
        | "CLEANUP_POLICY_REORDERED"
        | "CONFIG_CHANGED"
        /** The cluster has the declared value already. */
        | "CONFIG_ALREADY_SET"
        | "MIN_INSYNC_REPLICAS_CHANGED"
        | "REMOTE_STORAGE_DISABLED"
        | "RETENTION_LENGTHENED"
        /** The topic's records are not deleted by age or size, before and after. */
        | "RETENTION_WITHOUT_EFFECT"
        | "UNCLEAN_ELECTION_ENABLED";
    }
  | {
      readonly code: "RETENTION_SHORTENED";
      readonly records?: RecordCount;
    }
  | {
      readonly code: "CLEANUP_POLICY_CHANGED";
      readonly records?: RecordCount;
      /** `retention.ms` after the change. */
      readonly retention?: string;
    }
);

/** One thing that an update would do to one topic, or to another resource of the stack. */
export type Change = {
  /** The topic's name, or the other resource's type and name. */
  readonly topic: string;
  /** The engine's word for the step that it belongs to. */
  readonly op: string;
  readonly risk: Risk;
} & ChangeKind;

/** What an update would fail for, or what the review does not know, beside the findings of the program. */
export type Doubt =
  /** The update would delete or replace a topic that is protected. */
  | { readonly code: "TOPIC_PROTECTED"; readonly topic: string }
  | {
      /** The last update did not finish: the state of so many topics is uncertain. */
      readonly code: "UPDATE_UNFINISHED";
      readonly observed: number;
    }
  | {
      readonly code: "CLUSTER_NOT_READ" | "RECORDS_NOT_COUNTED" | "ENGINE_ERROR" | "ENGINE_WARNING";
      /** The cluster's or the engine's own message. */
      readonly observed: string;
    };

/** Every code of `ChangeKind` and `Doubt`. */
export const reviewCodes = [
  "TOPIC_CREATED",
  "TOPIC_ADOPTED",
  "TOPIC_DELETED",
  "TOPIC_REPLACED",
  "PARTITIONS_ADDED",
  "PARTITIONS_REDUCED",
  "REPLICATION_FACTOR_RAISED",
  "REPLICATION_FACTOR_LOWERED",
  "RETENTION_SHORTENED",
  "RETENTION_LENGTHENED",
  "RETENTION_WITHOUT_EFFECT",
  "CLEANUP_POLICY_CHANGED",
  "CLEANUP_POLICY_REORDERED",
  "CLEANUP_DISABLED",
  "REMOTE_STORAGE_DISABLED",
  "UNCLEAN_ELECTION_ENABLED",
  "MIN_INSYNC_REPLICAS_CHANGED",
  "CONFIG_CHANGED",
  "CONFIG_ALREADY_SET",
  "CONFIGS_UNKNOWN",
  "PROTECTION_ADDED",
  "PROTECTION_REMOVED",
  "UPDATE_UNKNOWN",
  "STEP_UNKNOWN",
  "OTHER_RESOURCE",
  "TOPIC_PROTECTED",
  "UPDATE_UNFINISHED",
  "CLUSTER_NOT_READ",
  "RECORDS_NOT_COUNTED",
  "ENGINE_ERROR",
  "ENGINE_WARNING",
] as const satisfies readonly (ChangeKind | Doubt)["code"][];

/** What a review found out. */
export type Review = {
  readonly stack: string;
  /** The worst of the changes; "failed" when the preview failed and an update would too. */
  readonly verdict: Risk | "failed";
  /** All topics that the stack has, or would have; none where the preview failed. */
  readonly topics: readonly string[];
  /** Worst first, then by topic. */
  readonly changes: readonly Change[];
  /** Topics that would lose records, and whether that is allowed. */
  readonly losses: readonly { readonly topic: string; readonly allowed: boolean }[];
  /** Why an update would fail: the program's findings, and what the engine says beside them. */
  readonly errors: readonly (ReportedFinding | Doubt)[];
  readonly warnings: readonly (ReportedFinding | Doubt)[];
};
