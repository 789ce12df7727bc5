import { setTimeout as wait } from "node:timers/promises";
import { deleteGroupsV2, describeGroupsV5, findCoordinatorV4, leaveGroupV4 } from "@platformatic/kafka";
import { joinAddress } from "./address.ts";
import { askBroker, type Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { UnreachableError } from "./describe-failure.ts";

const groupKey = 0;
const pollMs = 100;

/** Temporary broker errors: the coordinator is moving or loading, or a member is joining or leaving. */
const passing = /COORDINATOR|NON_EMPTY_GROUP|UNKNOWN_MEMBER_ID/;

/**
 * Deletes a consumer group and any members it still has; a missing group is no error. kafkajs cannot do this while any
 * topic of the cluster has a partition without a leader.
 * @param deadline in ms, on the clock of `performance.now()`
 * @throws Error with the broker's last answer, if the group may still exist
 */
export async function deleteGroup(connection: Connection, group: string, deadline: number): Promise<void> {
  for (;;) {
    try {
      const { coordinators } = await askBroker(connection, (broker) =>
        findCoordinatorV4.api.async(broker, groupKey, [group]),
      );
      const bootstrapServers = coordinators.map(({ host, port }) => joinAddress(host, port));
      await askBroker({ ...connection, bootstrapServers }, async (broker) => {
        await removeMembers(broker, group);
        await deleteGroupsV2.api.async(broker, [group]);
      });
      return;
    } catch (error) {
      const answers = error instanceof AggregateError ? error.errors : [error];
      const ids = answers.map(({ apiId, message }) => String(apiId ?? message));
      if (ids.includes("GROUP_ID_NOT_FOUND")) return;
      const isRetriable = error instanceof UnreachableError || ids.some((id) => passing.test(id));
      if (!isRetriable || performance.now() > deadline) throw error;
      await wait(pollMs);
    }
  }
}

/** Removes consumers that could not leave because a broker hung; they would keep their group for some seconds. */
async function removeMembers(broker: Broker, group: string): Promise<void> {
  const { groups } = await describeGroupsV5.api.async(broker, [group], false);
  const members = groups.flatMap(({ members }) => members.map(({ memberId }) => ({ memberId })));
  if (members.length > 0) await leaveGroupV4.api.async(broker, group, members);
}
