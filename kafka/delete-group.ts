import { setTimeout as wait } from "node:timers/promises";
import { deleteGroupsV2, findCoordinatorV4 } from "@platformatic/kafka";
import { askBroker } from "./ask-broker.ts";
import { UnreachableError } from "./causes.ts";
import type { Connection } from "./connection.ts";

const groupKey = 0;
const pollMs = 100;

/** Broker answers that pass: a coordinator that moves or loads, a member that is about to be given up on. */
const passing = /COORDINATOR|NON_EMPTY_GROUP/;

/**
 * Removes a consumer group; one that is not there is fine. kafkajs cannot while any topic of the cluster has a
 * partition without a leader.
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
      await askBroker({ ...connection, bootstrapServers }, (broker) =>
        deleteGroupsV2.api.async(broker, [group]),
      );
      return;
    } catch (error) {
      const answers = error instanceof AggregateError ? error.errors : [error];
      const ids = answers.map(({ apiId, message }) => String(apiId ?? message));
      if (ids.includes("GROUP_ID_NOT_FOUND")) return;
      const isPassing = error instanceof UnreachableError || ids.some((id) => passing.test(id));
      if (!isPassing || performance.now() > deadline) throw error;
      await wait(pollMs);
    }
  }
}
