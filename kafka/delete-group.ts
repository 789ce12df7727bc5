import { setTimeout as wait } from "node:timers/promises";
import { deleteGroupsV2, describeGroupsV5, findCoordinatorV4, leaveGroupV4 } from "@platformatic/kafka";
import { askBroker, type Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { UnreachableError } from "./describe-failure.ts";

const groupKey = 0;
const pollMs = 100;

/** Broker answers that pass: a coordinator that moves or loads, a member that comes or goes. */
const passing = /COORDINATOR|NON_EMPTY_GROUP|UNKNOWN_MEMBER_ID/;

/**
 * Removes a consumer group, and its members if it still has some; one that is not there is fine. kafkajs cannot while
 * any topic of the cluster has a partition without a leader.
 * @param deadline as `performance.now()` tells time, in ms
 * @throws Error with the broker's last answer, when the group may still be there
 */
export async function deleteGroup(connection: Connection, group: string, deadline: number): Promise<void> {
  for (;;) {
    try {
      const { coordinators } = await askBroker(connection, (broker) =>
        findCoordinatorV4.api.async(broker, groupKey, [group]),
      );
      const bootstrapServers = coordinators.map(({ host, port }) => `${host}:${port}`);
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

/** A consumer that could not say that it leaves, for a broker that hangs, would keep its group for some seconds. */
async function removeMembers(broker: Broker, group: string): Promise<void> {
  const { groups } = await describeGroupsV5.api.async(broker, [group], false);
  const members = groups.flatMap(({ members }) => members.map(({ memberId }) => ({ memberId })));
  if (members.length > 0) await leaveGroupV4.api.async(broker, group, members);
}
