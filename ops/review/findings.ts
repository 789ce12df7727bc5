import type { Repair } from "../../infra/findings.ts";
import type { ReportedFinding } from "../../infra/findings-file.ts";
import type { UnreachableCluster } from "../../kafka/cluster-error.ts";
import type { RecordCount } from "../../kafka/record-counts.ts";
import type { ConfigValue } from "../../kafka/set-configs.ts";
import type { Risk } from "./risk.ts";
import type { SettingChange } from "./setting-change.ts";

/** A topic's partition count and replication factor, from the engine; 0 if it does not return them. */
export type Layout = { readonly partitions: number; readonly replicationFactor: number };

/** What a change does. `expected` is the value after the change, `observed` the value before it. */
export type ChangeKind =
  | { readonly code: "TOPIC_CREATED"; readonly expected: Layout }
  | { readonly code: "TOPIC_ADOPTED" }
  | {
      readonly code: "TOPIC_DELETED";
      /** Absent if the cluster did not return it. */
      readonly records?: RecordCount;
    }
  | {
      /** The topic is deleted and created again. */
      readonly code: "TOPIC_REPLACED";
      /** The partition counts, if they are the reason. */
      readonly expected?: number;
      readonly observed?: number;
      readonly records?: RecordCount;
    }
  | {
      readonly code: "PARTITIONS_ADDED";
      readonly expected: number;
      readonly observed: number;
      /** Whether the topic is compacted after the change: the old value of a key then stays in its old partition. */
      readonly compacted?: true;
    }
  | {
      readonly code: "PARTITIONS_REDUCED" | "REPLICATION_FACTOR_RAISED" | "REPLICATION_FACTOR_LOWERED";
      readonly expected: number;
      readonly observed: number;
    }
  | ({ readonly key: string } & ConfigChange)
  /** The cluster did not return the topic's configs: the update resets any that were set by hand. */
  | { readonly code: "CONFIGS_UNKNOWN" }
  | { readonly code: "PROTECTION_ADDED" | "PROTECTION_REMOVED" }
  | {
      /** The smoke suite writes JSON to the topic from now on. The values are its smoke modes. */
      readonly code: "SMOKE_WRITES_JSON";
      readonly expected: "produce";
      readonly observed: "dry-run" | "metadata" | "off";
    }
  /** An update that the review does not recognize. */
  | { readonly code: "UPDATE_UNKNOWN" }
  | {
      readonly code: "STEP_UNKNOWN";
      /** The engine's name of the step. */
      readonly observed: string;
    }
  | {
      /** A step on a resource that is not a topic. */
      readonly code: "OTHER_RESOURCE";
      readonly observed: string;
    };

/** A change of one config; its values are the effective ones, absent if unknown. */
export type ConfigChange = { readonly expected?: string; readonly observed?: string } & (
  | {
      readonly code:
        | "CLEANUP_DISABLED"
        | "CLEANUP_POLICY_REORDERED"
        | "CONFIG_CHANGED"
        /** The cluster already has the declared value. */
        | "CONFIG_ALREADY_SET"
        | "MIN_INSYNC_REPLICAS_CHANGED"
        | "REMOTE_STORAGE_DISABLED"
        | "RETENTION_LENGTHENED"
        /** The topic's records are not deleted by age or size, neither before nor after. */
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

/** One change that an update would make to a topic or another resource of the stack. */
export type Change = {
  /** The topic's name, or the other resource's type and name. */
  readonly topic: string;
  /** As declared, or as deployed if the update deletes the topic. */
  readonly owner?: string;
  /** The engine's name of the step that the change belongs to; `repair` if only the program resets configs. */
  readonly op: string;
  readonly risk: Risk;
} & ChangeKind;

/** Why an update would fail, or what the review could not find out, in addition to the program's findings. */
export type Doubt =
  /** The update would delete or replace a topic that is protected. */
  | { readonly code: "TOPIC_PROTECTED"; readonly topic: string }
  | {
      /** The last update did not finish: the state of this number of topics is uncertain. */
      readonly code: "UPDATE_UNFINISHED";
      readonly observed: number;
    }
  /** The changes are judged without the cluster, because it does not answer. */
  | UnreachableCluster
  /** The pull request also changes files that are neither topics nor stacks, and that the review did not run. */
  | { readonly code: "CODE_NOT_REVIEWED"; readonly observed: readonly string[] }
  /** The last deployment did not record the limits: an earlier version did it. */
  | { readonly code: "LIMITS_NOT_COMPARED" }
  | {
      readonly code:
        | "CLUSTER_NOT_READ"
        | "RECORDS_NOT_COUNTED"
        | "SETTINGS_NOT_COMPARED"
        | "ENGINE_ERROR"
        | "ENGINE_WARNING";
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
  "SMOKE_WRITES_JSON",
  "UPDATE_UNKNOWN",
  "STEP_UNKNOWN",
  "OTHER_RESOURCE",
  "TOPIC_PROTECTED",
  "UPDATE_UNFINISHED",
  "CLUSTER_UNREACHABLE",
  "CLUSTER_NOT_READ",
  "RECORDS_NOT_COUNTED",
  "SETTINGS_NOT_COMPARED",
  "LIMITS_NOT_COMPARED",
  "CODE_NOT_REVIEWED",
  "ENGINE_ERROR",
  "ENGINE_WARNING",
] as const satisfies readonly (ChangeKind | Doubt)["code"][];

/** The result of a review. */
export type Review = {
  readonly stack: string;
  /** Of the evaluated catalogue and the stack's config; `up --reviewed HASH` refuses anything else. */
  readonly hash: string;
  /** The worst risk of the changes and settings; "failed" if the preview failed, as an update would. */
  readonly verdict: Risk | "failed";
  /** The commit that the settings are compared with; absent for the last deployment. */
  readonly base?: string;
  /** The changed settings, sorted by risk, worst first, then by `orderOfKey`, then by key. */
  readonly settings: readonly SettingChange[];
  /** All topics of the stack, before or after the update; none if the preview failed. */
  readonly topics: readonly string[];
  /** Sorted by risk, worst first, then by topic. */
  readonly changes: readonly Change[];
  /** Topics that would lose records, and whether that is allowed. */
  readonly losses: readonly { readonly topic: string; readonly allowed: boolean }[];
  /** Why an update would fail: the program's findings and the engine's errors. */
  readonly errors: readonly (ReportedFinding | Doubt)[];
  /** The program's findings among the errors, in words, as a preview prints them. */
  readonly refusal?: string;
  /** The hash of the topics in the state and of the stack's config, if that is valid. */
  readonly state?: string;
  /** Whether the next update would adopt topics that are on the cluster, but not in the state; false without preflight. */
  readonly adopts?: boolean;
  /** The configs that the update resets. */
  readonly repairs?: readonly Repair[];
  /** The replication throttles that are set again after the update. */
  readonly throttles?: readonly ConfigValue[];
  /** The missing topics that the update first removes from the state: the URN of each, by name. */
  readonly forgotten?: ReadonlyMap<string, string>;
  /** Whether the state already is what the update would write. */
  readonly isDeployed: boolean;
  readonly warnings: readonly (ReportedFinding | Doubt)[];
};
