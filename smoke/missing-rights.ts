import { type MissingGrant, missingGrant } from "../kafka/acl-command.ts";
import type { Operation } from "../kafka/authorized-operations.ts";
import type { Connection } from "../kafka/connection.ts";
import { classifyFailure } from "../kafka/failure.ts";
import type { LiveCluster } from "../kafka/live-cluster.ts";
import { type GroupNaming, groupOf } from "../kafka/smoke-settings.ts";
import type { SmokeMode, TopicSpec } from "../kafka/topic.ts";

const comparing = ["DESCRIBE", "DESCRIBE_CONFIGS"] as const;
const writing = [...comparing, "WRITE", "READ"] as const;

/** What the suite needs on a topic, by the topic's smoke mode. */
const needed = {
  metadata: comparing,
  "dry-run": writing,
  produce: writing,
} as const satisfies Record<Extract<SmokeMode, string>, readonly Operation[]>;

const list = new Intl.ListFormat("en-GB");

/** `WRITE and READ on the topic`, as the explanation of an error names them. */
export function describeOnTopic(operations: readonly Operation[]): string {
  return `${list.format(operations)} on the topic`;
}

/** Adds the operation that was refused to those that are known to be missing. */
export function withRefused(refused: Operation, missing: readonly Operation[]): readonly Operation[] {
  return [...new Set([refused, ...missing])];
}

/**
 * Finds all operations that the suite needs on a topic and that the principal is not authorized for.
 * @param isUndeclared whether nobody has declared configs, so that the suite does not read those of the topic
 */
export function findMissingOn(
  { name, smoke }: Pick<TopicSpec, "name" | "smoke">,
  { authorized }: Pick<LiveCluster, "authorized">,
  isUndeclared = false,
): readonly Operation[] {
  const own = authorized.get(name);
  return needed[typeof smoke === "string" ? smoke : "metadata"].filter(
    (operation) => !own?.has(operation) && !(isUndeclared && operation === "DESCRIBE_CONFIGS"),
  );
}

type Asked = { readonly connection: Connection; readonly groups: GroupNaming };

/** What to grant on a topic. */
export function grantOn(
  topic: string,
  operations: readonly Operation[],
  { connection }: Asked,
): MissingGrant {
  return missingGrant({ operations, resource: "topic", names: [topic] }, connection);
}

/**
 * Finds what to grant after an error of a client.
 * @param operations that are missing on the topic
 */
export function findGrants(
  error: unknown,
  topic: string,
  operations: readonly Operation[],
  asked: Asked,
): readonly MissingGrant[] {
  switch (classifyFailure(error).code) {
    case "TOPIC_NOT_AUTHORIZED":
      return [grantOn(topic, operations, asked)];
    case "GROUP_NOT_AUTHORIZED":
    case "COORDINATOR_MISSING":
      return [grantOnGroups(asked)];
    default:
      return [];
  }
}

/** What to grant on the suite's consumer groups. */
export function grantOnGroups({ connection, groups }: Asked): MissingGrant {
  const on = { resource: "group", names: [groupOf(groups)], isPrefix: groups.isPrefix } as const;
  return missingGrant({ operations: ["READ", "DELETE"], ...on }, connection);
}
