import { connectionCodes } from "../kafka/connection.ts";
import type { FailedConnection } from "../kafka/failure.ts";
import type { MovingTopic } from "../kafka/moving-topics.ts";
import type { CopyEstimate } from "../kafka/plan-moves.ts";
import type { Problem } from "../kafka/problem.ts";
import type { UnreachableBroker } from "../kafka/reachability.ts";
import type { Reassignment } from "../kafka/reassignments.ts";
import type { ConfigValue } from "../kafka/set-configs.ts";
import type { TopicSpec } from "../kafka/topic.ts";

/** Codes of problems in the catalogue or a stack's config that are found without a cluster. */
export const catalogueCodes = [
  ...connectionCodes,
  "STACK_NOT_IN_BASE",
  "STACK_FILE_REMOVED",
  "STACK_FILE_MISSING",
  "STACK_FILE_INVALID",
  "SECRET_NOT_ENCRYPTED",
  "CATALOGUE_UNREADABLE",
  "CATALOGUE_EMPTY",
  "TOPIC_NAME_INVALID",
  "TOPIC_DECLARED_TWICE",
  "TOPIC_NAMES_COLLIDE",
  "TOPIC_UNKNOWN",
  "STACK_UNKNOWN",
  "STACK_NOT_DEPLOYED",
  "PROMOTION_CYCLE",
  "TOO_MANY_STAGES",
  "CONFIGS_CONTRADICT",
  "SAMPLE_TOO_LARGE",
  "NAME_PATTERN_VIOLATED",
  "REPLICATION_FACTOR_TOO_LOW",
  "TOO_MANY_PARTITIONS",
  "TOO_MANY_PARTITIONS_IN_TOTAL",
  "FIELD_REQUIRED",
  "CONFIG_REQUIRED",
  "CONFIG_FORBIDDEN",
  "RETENTION_OUT_OF_RANGE",
] as const;

/** A value that the rules for the catalogue or for a stack's config refuse. */
export type CatalogueFinding = Problem<(typeof catalogueCodes)[number]>;

/** A topic's partitions and replication factor. */
type Layout = { readonly partitions: number; readonly replicationFactor: number };

/** Why an update would fail. `expected` is from the catalogue or the state, `observed` from the cluster. */
export type PreflightError =
  | {
      readonly code: "CLUSTER_UNREACHABLE";
      /** The reason for each bootstrap server, or for the broker at which the preflight failed. */
      readonly observed: readonly FailedConnection[];
    }
  | {
      /** The cluster answers, but brokers cannot be reached at the addresses that they advertise. */
      readonly code: "BROKER_UNREACHABLE";
      /** The number of brokers. */
      readonly expected: number;
      readonly observed: readonly UnreachableBroker[];
    }
  | {
      /** The cluster has none of the stack's topics. */
      readonly code: "CLUSTER_WITHOUT_TOPICS";
      /** How many topics the stack has. */
      readonly expected: number;
    }
  | {
      readonly code: "PERMISSION_MISSING";
      readonly topic: string;
      readonly expected: {
        readonly operation: "DESCRIBE" | "DESCRIBE_CONFIGS" | LackedRight["operation"];
        readonly resource: "cluster" | "topic";
        /** What the update needs it for. */
        readonly purpose: "read" | "change" | "delete" | "replace" | "reassign" | "throttle";
      };
      /** The principal. */
      readonly observed: string;
    }
  | {
      readonly code: "CONFIGS_UNREADABLE";
      readonly topic: string;
      /** The broker's message. */
      readonly observed: string;
    }
  /** The topic is on the cluster, and the stack does not adopt topics. */
  | { readonly code: "TOPIC_EXISTS"; readonly topic: string }
  /** The topic is in the stack's state and not on the cluster, and the update would change it, or the stack has no other. */
  | { readonly code: "TOPIC_MISSING"; readonly topic: string }
  | {
      readonly code: "LAYOUT_CHANGED_BY_HAND";
      readonly topic: string;
      /** As the last update left it. */
      readonly expected: Layout;
      readonly observed: Layout;
    }
  | {
      /** The topic's partitions have different replica counts, also after any moves in progress. */
      readonly code: "REPLICATION_FACTOR_UNEVEN";
      readonly topic: string;
      readonly expected: number;
      readonly observed: readonly number[];
    }
  /** The update changes or adopts the topic. */
  | MovingTopic
  | {
      /** A reassignment in progress leaves a partition with another replica count than declared. */
      readonly code: "REASSIGNMENT_IN_PROGRESS";
      readonly topic: string;
      /** The declared replication factor. */
      readonly expected: number;
      readonly observed: Pick<Reassignment, "partition" | "adding" | "removing">;
    }
  | {
      /** The topic is on the cluster with more partitions than declared. */
      readonly code: "ADOPTION_WOULD_REPLACE";
      readonly topic: string;
      readonly expected: number;
      readonly observed: number;
    }
  | {
      readonly code: "NOT_ENOUGH_BROKERS";
      readonly topic: string;
      /** The declared replication factor. */
      readonly expected: number;
      /** The number of brokers that are up. */
      readonly observed: number;
      /** The brokers that hold replicas and are down. */
      readonly down: readonly number[];
    }
  | {
      readonly code: "REFUSED_BY_BROKER";
      readonly topic: string;
      /** The refused field, `["config", "segment.bytes"]`; empty for the topic as a whole. */
      readonly path: readonly string[];
      /** The declared value; for the topic as a whole, its layout and configs. */
      readonly expected: string | number | boolean | (Layout & Pick<TopicSpec, "config">);
      /** The broker's message. */
      readonly observed: string;
      /** The protocol's error name. */
      readonly error: string;
    };

/** A right that the update needs, and that the principal of a preview lacks. */
export type LackedRight = {
  readonly operation: "CREATE" | "ALTER" | "ALTER_CONFIGS" | "DELETE";
  readonly resource: "cluster" | "topic";
  /** The topics that the update needs it for. */
  readonly topics: readonly string[];
};

/** A declared config that was changed by hand. */
export type Repair = {
  readonly topic: string;
  readonly key: string;
  /** The declared value. */
  readonly expected: string;
  /** The value on the cluster, which is the declared one if the topic no longer sets the config. */
  readonly observed: string;
};

/** A replication factor that is not the declared one, on a topic that the engine leaves unchanged. */
export type ChangedFactor = {
  readonly topic: string;
  /** The declared one. */
  readonly expected: number;
  /** The replica count of some or all partitions on the cluster. */
  readonly observed: number;
  /**
   * Whether `npm run up` restores it: not if the stack only reports it; later if replicas of the topic are moving, a broker
   * is down or a right is missing.
   */
  readonly repair: "on" | "report" | "later";
};

/** An effect of the update that the engine's preview does not show. */
export type PreflightWarning =
  | {
      /** The topic is in the stack's state and not on the cluster. */
      readonly code: "TOPIC_MISSING";
      readonly topic: string;
      /** What becomes of it: the update leaves it missing or creates it again, or the state forgets it. */
      readonly expected: "missing" | "created" | "forgotten";
    }
  | {
      /** The update deletes the topic with its records and creates it again, to reduce its partition count. */
      readonly code: "DATA_LOSS_REPLACE";
      readonly topic: string;
      readonly expected: number;
      readonly observed: number;
    }
  | {
      /** The update resets a config that was set by hand. */
      readonly code: "CONFIG_RESET";
      readonly topic: string;
      readonly key: string;
      /** Absent: the cluster's default. */
      readonly expected?: string;
      readonly observed: string;
    }
  | ({
      /** A declared config was changed by hand on a topic that the engine leaves unchanged. */
      readonly code: "CONFIG_CHANGED_BY_HAND";
      /** What the stack says about such configs. */
      readonly repair: "on" | "report";
    } & Repair)
  | ({ readonly code: "REPLICATION_FACTOR_DIFFERS" } & ChangedFactor)
  | {
      /** A topic that the engine leaves unchanged has another partition count than the declared one. */
      readonly code: "PARTITION_COUNT_DIFFERS";
      readonly topic: string;
      readonly expected: number;
      readonly observed: number;
    }
  | {
      /** Brokers copy partitions for changed replication factors. */
      readonly code: "REPLICAS_TO_COPY";
      readonly expected: CopyEstimate & {
        readonly topics: readonly string[];
        /** How many partitions are copied. */
        readonly partitions: number;
        /** The throttle; absent without one. */
        readonly bytesPerSecond?: number;
      };
    }
  | {
      /** Replicas of the topic are throttled: an interrupted update or others have set the throttle. */
      readonly code: "REPLICAS_THROTTLED";
      readonly topic: string;
      /** The stack's throttle, in bytes per second; absent without one. */
      readonly expected?: number;
    }
  | {
      /** Brokers have the rate of the stack's throttle and move no replicas: an interrupted update has left it. */
      readonly code: "BROKERS_THROTTLED";
      /** In bytes per second. */
      readonly expected: number;
      /** The brokers. */
      readonly observed: readonly number[];
    }
  | {
      /** The brokers did not validate these changes, because the principal of the preview lacks rights. */
      readonly code: "NOT_VALIDATED";
      readonly expected: readonly LackedRight[];
      /** The principal. */
      readonly observed: string;
    }
  /** The update leaves the topic unchanged, or no update follows. */
  | MovingTopic
  /** The stack's config switches the preflight off. */
  | { readonly code: "PREFLIGHT_OFF" }
  | {
      readonly code: "TLS_NOT_VERIFIED";
      /** The key of the stack's config or the environment variable that switches the verification off. */
      readonly key: string;
    };

/** The result of the preflight. */
export type Preflight = {
  /** Why the update would fail; if there are any, nothing is changed. */
  readonly errors: readonly PreflightError[];
  /** Effects of the update that the engine's preview does not show. */
  readonly warnings: readonly PreflightWarning[];
  /** The declared topics that are on the cluster but not in the stack's state. */
  readonly adopted: readonly string[];
  /** The configs that `npm run up` resets. */
  readonly repairs: readonly Repair[];
  /** The replication factors that `npm run up` restores. */
  readonly factors: readonly ChangedFactor[];
  /** The topics in the state that are neither on the cluster nor declared; `npm run up` removes them from the state. */
  readonly gone: readonly string[];
  /** The replication throttles that are set again after the update, which removes them. */
  readonly throttles: readonly ConfigValue[];
};

/** The result of a preflight that has found nothing. */
export const emptyPreflight: Preflight = {
  errors: [],
  warnings: [],
  adopted: [],
  repairs: [],
  factors: [],
  gone: [],
  throttles: [],
};

/** Every code of `PreflightError` and `PreflightWarning`. */
export const preflightCodes = [
  "CLUSTER_UNREACHABLE",
  "BROKER_UNREACHABLE",
  "CLUSTER_WITHOUT_TOPICS",
  "PERMISSION_MISSING",
  "CONFIGS_UNREADABLE",
  "TOPIC_EXISTS",
  "TOPIC_MISSING",
  "LAYOUT_CHANGED_BY_HAND",
  "REPLICATION_FACTOR_UNEVEN",
  "PARTITIONS_MOVING",
  "REASSIGNMENT_IN_PROGRESS",
  "ADOPTION_WOULD_REPLACE",
  "NOT_ENOUGH_BROKERS",
  "REFUSED_BY_BROKER",
  "DATA_LOSS_REPLACE",
  "CONFIG_RESET",
  "CONFIG_CHANGED_BY_HAND",
  "REPLICATION_FACTOR_DIFFERS",
  "PARTITION_COUNT_DIFFERS",
  "REPLICAS_TO_COPY",
  "REPLICAS_THROTTLED",
  "BROKERS_THROTTLED",
  "NOT_VALIDATED",
  "PREFLIGHT_OFF",
  "TLS_NOT_VERIFIED",
] as const satisfies readonly (PreflightError | PreflightWarning)["code"][];
