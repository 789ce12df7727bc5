import type { Operation, Resource } from "../kafka/authorized-operations.ts";

/** The commands that connect to a cluster. */
export const commands = ["preview", "review", "up", "topics", "drift", "adopt", "smoke", "doctor"] as const;

/** A command that connects to a cluster. */
export type Command = (typeof commands)[number];

/** A right of a principal that commands need. The ACL operations READ, WRITE, DELETE and ALTER imply DESCRIBE. */
export type Right = {
  readonly commands: readonly Command[];
  /**
   * Commands that only read and the smoke suite use the deploying principal, unless the stack's config or the environment
   * gives them one of their own.
   */
  readonly principal: "deploying" | "reviewing" | "smoke";
  readonly operation: Operation;
  readonly resource: Resource;
  /** Whether the commands need it always, need it only for some topics or changes, or also work without it. */
  readonly need: "always" | "sometimes" | "optional";
  /** What the commands do with it. */
  readonly purpose: string;
};

const reviews = ["preview", "review"] as const;
const deploying = { principal: "deploying" } as const;
const reviewing = { principal: "reviewing" } as const;
const validating = { ...reviewing, commands: reviews, need: "optional" } as const;
const smoke = { commands: ["smoke"], principal: "smoke" } as const;

/**
 * The least rights of each command, from the requests that it and the provider send. The brokers check the rights to change
 * something also when they only validate a change, which a preview and a review can do without.
 */
export const rights: readonly Right[] = [
  {
    ...deploying,
    commands: [...reviews, "up", "topics", "drift", "adopt"],
    operation: "DESCRIBE",
    resource: "topic",
    need: "always",
    purpose: "see the topics",
  },
  {
    ...deploying,
    commands: [...reviews, "up", "drift", "adopt"],
    operation: "DESCRIBE_CONFIGS",
    resource: "topic",
    need: "always",
    purpose: "read the configs of topics",
  },
  {
    ...deploying,
    commands: ["up"],
    operation: "CREATE",
    resource: "topic",
    need: "sometimes",
    purpose: "create or replace topics",
  },
  {
    ...deploying,
    commands: ["up"],
    // The provider writes all configs of a topic, whatever changes.
    operation: "ALTER_CONFIGS",
    resource: "topic",
    need: "sometimes",
    purpose: "make any change to topics",
  },
  {
    ...deploying,
    commands: ["up"],
    operation: "ALTER",
    resource: "topic",
    need: "sometimes",
    purpose: "add partitions",
  },
  {
    ...deploying,
    commands: ["up"],
    operation: "DELETE",
    resource: "topic",
    need: "sometimes",
    purpose: "delete or replace topics",
  },
  {
    ...deploying,
    commands: ["up"],
    // AlterPartitionReassignments; ListPartitionReassignments needs DESCRIBE, which ALTER implies.
    operation: "ALTER",
    resource: "cluster",
    need: "sometimes",
    purpose: "change replication factors, and place added partitions by the load of the brokers",
  },
  {
    ...deploying,
    commands: ["up"],
    // Of brokers, whose rates no other right lets it set.
    operation: "ALTER_CONFIGS",
    resource: "cluster",
    need: "optional",
    purpose:
      "throttle replication while replicas are copied; required for this if the stack sets replicationThrottle",
  },
  {
    ...deploying,
    commands: ["adopt"],
    operation: "READ",
    resource: "topic",
    need: "optional",
    purpose: "see whether the records of a topic are JSON",
  },
  {
    ...deploying,
    commands: [...reviews, "up", "topics", "drift", "adopt", "doctor"],
    operation: "DESCRIBE",
    resource: "cluster",
    need: "optional",
    purpose:
      "notice outdated metadata, restarting brokers and moving replicas, compare the clocks, report sizes and rights on the cluster",
  },
  {
    ...deploying,
    commands: ["doctor"],
    operation: "DESCRIBE_CONFIGS",
    resource: "cluster",
    need: "optional",
    purpose: "read the configs of the brokers",
  },
  {
    ...reviewing,
    commands: [...reviews, "drift"],
    operation: "DESCRIBE",
    resource: "topic",
    need: "always",
    purpose: "see the topics, and count the records that a change would delete",
  },
  {
    ...reviewing,
    commands: [...reviews, "drift"],
    operation: "DESCRIBE_CONFIGS",
    resource: "topic",
    need: "always",
    purpose: "read the configs of topics",
  },
  {
    ...reviewing,
    commands: [...reviews, "drift"],
    operation: "DESCRIBE",
    resource: "cluster",
    need: "optional",
    purpose: "notice outdated metadata and moving replicas",
  },
  {
    ...validating,
    operation: "CREATE",
    resource: "topic",
    purpose: "have the brokers validate new topics, and read the configs that a topic gets without a value",
  },
  {
    ...validating,
    operation: "ALTER_CONFIGS",
    resource: "topic",
    purpose: "have the brokers validate changed configs",
  },
  {
    ...validating,
    operation: "ALTER",
    resource: "topic",
    purpose: "have the brokers validate added partitions",
  },
  {
    ...smoke,
    operation: "DESCRIBE",
    resource: "topic",
    need: "always",
    purpose: "see the topics",
  },
  {
    ...smoke,
    operation: "DESCRIBE_CONFIGS",
    resource: "topic",
    need: "always",
    purpose: "read the configs of topics",
  },
  {
    ...smoke,
    operation: "WRITE",
    resource: "topic",
    need: "sometimes",
    purpose: "write records to topics, or make a dry run",
  },
  {
    ...smoke,
    operation: "READ",
    resource: "topic",
    need: "sometimes",
    purpose: "read these records back, or the newest ones in a dry run",
  },
  {
    ...smoke,
    operation: "READ",
    resource: "group",
    need: "sometimes",
    purpose: 'read records back from topics with smoke: "produce"',
  },
  {
    ...smoke,
    operation: "DELETE",
    resource: "group",
    need: "sometimes",
    purpose: "remove its consumer groups",
  },
  {
    ...smoke,
    operation: "DESCRIBE",
    resource: "cluster",
    need: "optional",
    purpose:
      "wait for restarting brokers, notice moving replicas, and report how much the clocks differ when a topic refuses a timestamp",
  },
];
