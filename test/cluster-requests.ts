import {
  type Acl,
  type AclOperations,
  alterClientQuotasV1,
  createAclsV3,
  deleteAclsV3,
  describeAclsV3,
  listGroupsV5,
  listTransactionsV1,
} from "@platformatic/kafka";
import { expect } from "vitest";
import { aclOf } from "../dev/cluster/principals.ts";
import { askBroker } from "../kafka/broker.ts";
import type { Connection } from "../kafka/connection.ts";
import { sharedServers } from "./shared-cluster.ts";

const timeoutMs = 30_000;

function connect(bootstrapServers: readonly string[]): Connection {
  return { bootstrapServers, timeoutMs };
}

/**
 * Lists the ids of all consumer groups, as each broker knows those that it coordinates.
 * @param servers of a cluster other than the tests' shared one; those that are down have no groups
 */
export async function listGroups(servers = sharedServers()): Promise<string[]> {
  const answers = await Promise.allSettled(
    servers.map((server) => askBroker(connect([server]), (broker) => listGroupsV5.api.async(broker, [], []))),
  );
  expect(answers.map(({ status }) => status)).toContain("fulfilled");
  return answers.flatMap((answer) =>
    answer.status === "fulfilled" ? answer.value.groups.map(({ groupId }) => groupId) : [],
  );
}

/** Lists the transactional ids of all producers, as each broker of the tests' shared cluster knows those that it coordinates. */
export async function listTransactionalIds(): Promise<string[]> {
  const answers = await Promise.all(
    sharedServers().map((server) =>
      askBroker(connect([server]), (broker) => listTransactionsV1.api.async(broker, [], [], -1n, null)),
    ),
  );
  return answers.flatMap(({ transactionStates }) =>
    transactionStates.map(({ transactionalId }) => transactionalId),
  );
}

/**
 * Sets or removes a quota for all clients.
 * @param servers of the cluster
 * @param bytesPerSecond removes the quota if absent
 */
export async function setQuota(
  servers: readonly string[],
  key: "producer_byte_rate" | "consumer_byte_rate",
  bytesPerSecond?: number,
): Promise<void> {
  const op =
    bytesPerSecond === undefined
      ? { key, remove: true as const }
      : { key, value: bytesPerSecond, remove: false as const };
  const quota = { entities: [{ entityType: "client-id" as const, entityName: null }], ops: [op] };
  await askBroker(connect(servers), (broker) => alterClientQuotasV1.api.async(broker, [quota], false));
}

/** Operations of a principal on all topics with a prefix, or on all topics. */
type Grant = [principal: string, prefix: string, ...operations: (keyof typeof AclOperations)[]];

/** Grants operations, and waits until the brokers apply the grant. */
export async function addAcls(servers: readonly string[], ...grant: Grant): Promise<void> {
  const acls = aclsOf(grant);
  await askBroker(connect(servers), (broker) => createAclsV3.api.async(broker, acls));
  await waitForAcls(servers, acls, 1);
}

/** Removes such a grant. */
export async function removeAcls(servers: readonly string[], ...grant: Grant): Promise<void> {
  const acls = aclsOf(grant);
  await askBroker(connect(servers), (broker) => deleteAclsV3.api.async(broker, acls));
  await waitForAcls(servers, acls, 0);
}

function aclsOf([principal, prefix, ...operations]: Grant): Acl[] {
  const prefixes = prefix ? { topic: prefix } : {};
  return operations.map((operation) => aclOf(principal, { operation, resource: "topic" }, prefixes));
}

async function waitForAcls(servers: readonly string[], acls: readonly Acl[], count: number): Promise<void> {
  const counts = () =>
    askBroker(connect(servers), (broker) =>
      Promise.all(acls.map(async (acl) => (await describeAclsV3.api.async(broker, acl)).resources.length)),
    );
  await expect.poll(counts, { timeout: timeoutMs }).toEqual(acls.map(() => count));
}
