import type { Operation } from "../kafka/authorized-operations.ts";

/** The commands that connect to a cluster. */
export const commands = ["preview", "review", "up", "topics", "drift", "adopt", "smoke", "doctor"] as const;

/** A command that connects to a cluster. */
export type Command = (typeof commands)[number];

/** The type of the resource to which an ACL applies. */
export type Resource = "topic" | "group" | "cluster";

/** A right of a principal that commands need. The ACL operations READ, WRITE, DELETE and ALTER imply DESCRIBE. */
export type Right = {
  readonly commands: readonly Command[];
  /** The `smoke:` keys of a stack's config can give the smoke suite a principal of its own. */
  readonly principal: "deploying" | "smoke";
  readonly operation: Operation;
  readonly resource: Resource;
  /** Whether the commands need it always, need it only for some topics or changes, or also work without it. */
  readonly need: "always" | "sometimes" | "optional";
  /** What the commands do with it. */
  readonly purpose: string;
};

const updates = ["preview", "review", "up"] as const;
const deploying = { principal: "deploying" } as const;
const smoke = { commands: ["smoke"], principal: "smoke" } as const;

/**
 * The least rights of each command, from the requests that it and the provider send. Preview and review need the same as
 * `up`, because the brokers check the rights when they validate a change.
 */
export const rights: readonly Right[] = [
  {
    ...deploying,
    commands: [...updates, "topics", "drift", "adopt"],
    operation: "DESCRIBE",
    resource: "topic",
    need: "always",
    purpose: "see the topics",
  },
  {
    ...deploying,
    commands: [...updates, "drift", "adopt"],
    operation: "DESCRIBE_CONFIGS",
    resource: "topic",
    need: "always",
    purpose: "read the configs of topics",
  },
  {
    ...deploying,
    commands: updates,
    operation: "CREATE",
    resource: "topic",
    need: "sometimes",
    purpose: "create or replace topics",
  },
  {
    ...deploying,
    commands: updates,
    // The provider writes all configs of a topic, whatever changes.
    operation: "ALTER_CONFIGS",
    resource: "topic",
    need: "sometimes",
    purpose: "make any change to topics",
  },
  {
    ...deploying,
    commands: updates,
    operation: "ALTER",
    resource: "topic",
    need: "sometimes",
    purpose: "add partitions",
  },
  {
    ...deploying,
    commands: updates,
    operation: "DELETE",
    resource: "topic",
    need: "sometimes",
    purpose: "delete or replace topics",
  },
  {
    ...deploying,
    commands: updates,
    // AlterPartitionReassignments; ListPartitionReassignments needs DESCRIBE, which ALTER implies.
    operation: "ALTER",
    resource: "cluster",
    need: "sometimes",
    purpose: "change replication factors",
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
    commands: ["up", "drift", "doctor"],
    operation: "DESCRIBE",
    resource: "cluster",
    need: "optional",
    purpose: "notice outdated metadata, compare the clocks, report sizes and rights on the cluster",
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
    purpose: 'write records to topics with smoke: "produce"',
  },
  {
    ...smoke,
    operation: "READ",
    resource: "topic",
    need: "sometimes",
    purpose: "read these records back",
  },
  {
    ...smoke,
    operation: "READ",
    resource: "group",
    need: "sometimes",
    purpose: "read these records back",
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
    purpose: "report how much the clocks differ when a topic refuses a timestamp",
  },
];
