import { granterOf } from "../../kafka/acl-command.ts";
import { readAuthorizedOperations } from "../../kafka/authorized-operations.ts";
import { type Connection, principalOf } from "../../kafka/connection.ts";
import { readGroupOperations } from "../../kafka/consumer-group.ts";
import { type GroupNaming, groupOf } from "../../kafka/smoke-settings.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import type { SeenRights } from "./judge-rights.ts";

/** On a cluster without consumer groups, the first one has no coordinator until __consumer_offsets has leaders. */
const coordinatorTimeoutMs = 5_000;

/**
 * Reads the rights of the principal of a connection from the brokers' responses, without trying any operation.
 * @param deployed the topics that the stack deployed, by name
 * @param groups the consumer groups of the smoke suite, if it uses this connection
 */
export async function readRights(
  connection: Connection,
  deployed: ReadonlyMap<string, TopicSpec> | undefined,
  groups?: GroupNaming,
): Promise<SeenRights> {
  const [seen, group] = await Promise.all([
    readAuthorizedOperations(connection, deployed && [...deployed.keys()]),
    groups && readGroup(connection, groups),
  ]);
  return {
    ...seen,
    principal: principalOf(connection),
    grantedBy: granterOf(connection),
    ...(group && { group }),
    ...(deployed && { deployed }),
  };
}

async function readGroup(connection: Connection, groups: GroupNaming) {
  const id = groups.isPrefix ? `${groupOf(groups)}doctor` : groups.name;
  const deadline = performance.now() + coordinatorTimeoutMs;
  return { ...groups, operations: await readGroupOperations(connection, id, deadline) };
}
