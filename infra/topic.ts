import type { JsonValue, SmokeMode } from "../kafka/topic.ts";
import type { Limits } from "./limits.ts";
import type { TopicConfigChange } from "./topic-config.ts";

/** A topic as a team declares it; the stack decides what it leaves out. */
export type TopicDeclaration = {
  /**
   * The partition count. It can be raised later; reducing it deletes the topic and creates it again. Default: the stack's
   * `defaultPartitions`.
   */
  partitions?: number;
  /** The number of brokers that store each record. Default: the stack's `defaultReplicationFactor`. */
  replicationFactor?: number;
  /**
   * Kafka's topic-level configs. Those that are not set here have the stack's default, if there is one in `defaults`, or the
   * cluster's; `null` is always the cluster's.
   */
  config?: TopicConfigChange;
  /**
   * Configs that are not among those of `config`, such as those of a vendor or of older brokers: the text that the broker
   * returns for each.
   * @example { "confluent.value.schema.validation": "true" }
   */
  otherConfig?: Record<string, string | null>;
  /** Who answers for the topic, such as a team. Reports about the topic name it. */
  owner?: string;
  /** What the topic is for. */
  description?: string;
  /** The JSON value that the smoke suite sends. */
  sample?: JsonValue;
  /** Default: "produce", or "metadata" if the topic has a name of other software, such as `_schemas`. */
  smoke?: SmokeMode;
  /** Whether Pulumi refuses to delete or replace the topic. Default: the stack's `protect`. */
  protect?: boolean;
  /**
   * The limits of the stack that do not apply to the topic, each with the reason. Reviews report them.
   * @example { maxPartitions: "from the old cluster, TICKET-1" }
   */
  exempt?: Partial<Record<TopicLimit, string>>;
  /**
   * The stacks that have the topic; or how it differs on some of them, with `false` for those that do not have it. Default:
   * all stacks have the topic as it is.
   * @example ["prod"]
   * @example { dev: { partitions: 1, config: { "max.message.bytes": null } }, staging: false }
   */
  stacks?: string[] | Record<string, TopicOnStack | false>;
};

/** The fields of a topic that differ on a stack. */
export type TopicOnStack = Omit<TopicDeclaration, "stacks">;

/** The limits of a stack that apply to each topic. */
export const topicLimits = [
  "namePattern",
  "minReplicationFactor",
  "maxPartitions",
  "requiredFields",
  "requiredConfigs",
  "forbiddenConfigs",
  "minRetention",
  "maxRetention",
] as const satisfies readonly (keyof Limits)[];
export type TopicLimit = (typeof topicLimits)[number];

/** The topics of one file under `infra/topics/`, by name. */
export type Catalogue = Record<string, TopicDeclaration>;
