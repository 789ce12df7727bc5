import { setTimeout as wait } from "node:timers/promises";
import {
  deleteGroupsV2,
  describeGroupsV5,
  findCoordinatorV4,
  leaveGroupV4,
  offsetFetchV8,
} from "@platformatic/kafka";
import { joinAddress } from "./address.ts";
import { decodeOperations, type Operations } from "./authorized-operations.ts";
import { askBroker, type Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { isRetriable } from "./error-chain.ts";

const groupKey = 0;
const pollMs = 100;
const anyMember = { memberId: null, memberEpoch: -1 };

/** Temporary although the protocol does not call them retriable: a member is joining or leaving. */
const passing = /NON_EMPTY_GROUP|UNKNOWN_MEMBER_ID/;

/**
 * Deletes a consumer group and any members it still has; a missing group is no error. kafkajs cannot do this while any
 * topic of the cluster has a partition without a leader.
 * @param deadline in ms, on the clock of `performance.now()`
 * @throws Error with the broker's last answer, if the group may still exist
 */
export async function deleteGroup(connection: Connection, group: string, deadline: number): Promise<void> {
  try {
    await askCoordinator(connection, group, deadline, async (broker) => {
      await removeMembers(broker, group);
      await deleteGroupsV2.api.async(broker, [group]);
    });
  } catch (error) {
    if (!idsOf(error).includes("GROUP_ID_NOT_FOUND")) throw error;
  }
}

/** Removes consumers that could not leave because a broker hung; they would keep their group for some seconds. */
async function removeMembers(broker: Broker, group: string): Promise<void> {
  const { groups } = await describeGroupsV5.api.async(broker, [group], false);
  const members = groups.flatMap(({ members }) => members.map(({ memberId }) => ({ memberId })));
  if (members.length > 0) await leaveGroupV4.api.async(broker, group, members);
}

/**
 * Reads who uses a consumer group; nobody uses one that does not exist.
 * @param deadline in ms, on the clock of `performance.now()`
 * @throws the broker's error if the principal may not DESCRIBE the group
 */
export async function readGroupUse(
  connection: Connection,
  group: string,
  deadline: number,
): Promise<{ readonly members: number; readonly hasOffsets: boolean }> {
  return askCoordinator(connection, group, deadline, async (broker) => {
    const { groups } = await describeGroupsV5.api.async(broker, [group], false);
    const ofAllTopics = { groupId: group, ...anyMember, topics: null };
    const offsets = await offsetFetchV8.api.async(broker, [ofAllTopics], false);
    return {
      members: groups.flatMap(({ members }) => members).length,
      hasOffsets: offsets.groups.some(({ topics }) => topics.length > 0),
    };
  });
}

/**
 * Reads what the principal may do with a consumer group, which need not exist.
 * @param deadline in ms, on the clock of `performance.now()`
 * @throws the broker's last answer, if the group has no coordinator
 */
export async function readGroupOperations(
  connection: Connection,
  group: string,
  deadline: number,
): Promise<Operations> {
  try {
    const { groups } = await askCoordinator(connection, group, deadline, (broker) =>
      describeGroupsV5.api.async(broker, [group], true),
    );
    return decodeOperations(groups[0]?.authorizedOperations ?? 0);
  } catch (error) {
    // Without any right on the group, not even its coordinator is reported.
    if (idsOf(error).includes("GROUP_AUTHORIZATION_FAILED")) return new Set();
    throw error;
  }
}

/** kafkajs gave up while a group's coordinator was moving to another broker. */
class CoordinatorMovingError extends Error {
  override readonly name = "CoordinatorMovingError";
  /** As kafkajs marks its own errors. */
  readonly type = "COORDINATOR_NOT_AVAILABLE";
  readonly retriable = true;
}

/**
 * Converts kafkajs's error for a missing coordinator, which is the same if the principal may not use the group.
 * @returns a retriable error if the coordinator is moving, otherwise the error itself
 */
export async function markMovingCoordinator(
  connection: Connection,
  group: string,
  error: unknown,
): Promise<unknown> {
  const isMoving = await askBroker(connection, (broker) =>
    findCoordinatorV4.api.async(broker, groupKey, [group]),
  ).then(() => true, isRetriable);
  return isMoving ? new CoordinatorMovingError("the coordinator is moving", { cause: error }) : error;
}

/** Asks the coordinator of a group, and asks again after a temporary error until the deadline. */
async function askCoordinator<Answer>(
  connection: Connection,
  group: string,
  deadline: number,
  ask: (broker: Broker) => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    try {
      const { coordinators } = await askBroker(connection, (broker) =>
        findCoordinatorV4.api.async(broker, groupKey, [group]),
      );
      const bootstrapServers = coordinators.map(({ host, port }) => joinAddress(host, port));
      return await askBroker({ ...connection, bootstrapServers }, ask);
    } catch (error) {
      const isTemporary = isRetriable(error) || idsOf(error).some((id) => passing.test(id));
      if (!isTemporary || performance.now() > deadline) throw error;
      await wait(pollMs);
    }
  }
}

function idsOf(error: unknown): string[] {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.map((one) => String(one instanceof Error && "apiId" in one && one.apiId ? one.apiId : one));
}
