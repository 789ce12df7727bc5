import type { JsonValue, SmokeMode } from "../kafka/topic.ts";
import type { TopicLimit } from "./limits.ts";
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
   * Kafka's topic-level configs. A config that is not set here follows the stack's `defaults`, or else the cluster's default.
   * A config that is `null` always follows the cluster's default.
   */
  config?: TopicConfigChange;
  /**
   * Configs that `config` does not support, such as those of a vendor or of older brokers. Each value is the text that the
   * broker returns; `null` follows the cluster's default.
   * @example { "confluent.value.schema.validation": "true" }
   */
  otherConfig?: Record<string, string | null>;
  /** Who is responsible for the topic, such as a team. Reports about the topic name the owner. */
  owner?: string;
  /** What the topic is for. */
  description?: string;
  /** The JSON value that the smoke suite sends. */
  sample?: JsonValue;
  /**
   * What the smoke suite does with the topic. "produce" writes a JSON record to each partition and reads it back; "dry-run"
   * writes nothing, but finds out whether each partition would accept a record; "metadata" only compares the definition.
   *
   * Default: the stack's `smoke`; if no entry matches, "produce", or "dry-run" if the topic has a name of other software, such
   * as `_schemas`. Only a declared "produce" also writes to a topic whose newest records are not JSON.
   * @example "dry-run"
   * @example { off: "belongs to another team" }
   */
  smoke?: SmokeMode;
  /** Whether Pulumi refuses to delete or replace the topic. Default: the stack's `protect`. */
  protect?: boolean;
  /**
   * The limits of the stack that do not apply to the topic, each with a reason. Reviews report new exemptions.
   * @example { maxPartitions: "from the old cluster, TICKET-1" }
   */
  exempt?: Partial<Record<TopicLimit, string>>;
  /**
   * A list of the stacks that have the topic, or an object with the fields that differ on some stacks. In the object, `false`
   * excludes a stack; stacks that it does not name have the topic as declared. Default: all stacks have the topic as declared.
   * @example ["prod"]
   * @example { dev: { partitions: 1, config: { "max.message.bytes": null } }, staging: false }
   */
  stacks?: string[] | Record<string, TopicOnStack | false>;
};

/** The fields of a topic that differ on a stack. */
export type TopicOnStack = Omit<TopicDeclaration, "stacks">;

/** The topics of one file under `infra/topics/`, by name. */
export type Catalogue = Record<string, TopicDeclaration>;
