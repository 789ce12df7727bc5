import { describeQuorumV0, describeQuorumV1, TimeoutError } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { requestApiVersions } from "./bootstrap.ts";
import type { Broker } from "./broker.ts";
import { askUntilSettled, findTemporary, type Retrying } from "./retry.ts";

/** The metadata partition of KRaft's controllers. */
export const quorumTopic = { topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] };

/** The time of a voter that has asked the active controller for nothing yet. */
const neverFetched = -1n;

type Quorum = Awaited<ReturnType<typeof describeQuorumV0.api.async>>;

/** Error codes that do not mean a missing controller: the principal lacks a permission, or the cluster has no quorum. */
const [none, clusterAuthorizationFailed, unsupportedVersion] = [0, 31, 35];
const harmless = [none, clusterAuthorizationFailed, unsupportedVersion];

/**
 * Checks that a broker reaches a controller: without one, brokers keep answering with outdated metadata. Waits out an
 * election.
 * @param known what the broker supports, if that has been requested
 * @returns the id of the active controller; undefined for a cluster that uses ZooKeeper, or if the principal lacks DESCRIBE
 *   on the cluster
 * @throws TimeoutError if no controller answers through the broker
 */
export async function requireController(
  broker: Broker,
  known?: Awaited<ReturnType<typeof requestApiVersions>>,
  retrying?: Retrying,
): Promise<number | undefined> {
  const { apiKeys } = known ?? (await requestApiVersions(broker));
  // A broker that does not know a request closes the connection.
  if (!apiKeys.some(({ apiKey }) => apiKey === describeQuorumV0.api.key)) return undefined;
  const silent = new TimeoutError(
    "no controller answers through this broker, so its metadata may be out of date",
  );
  const partitionsOf = ({ topics }: Quorum) => topics.flatMap(({ partitions }) => partitions);
  const quorum = await askUntilSettled(
    () => answerOf(describeQuorumV0.api.async(broker, [quorumTopic])),
    (quorum) => findTemporary([quorum, ...partitionsOf(quorum)]),
    retrying,
  ).catch((error) => {
    throw error instanceof TimeoutError ? silent : error;
  });
  const partitions = partitionsOf(quorum);
  const codes = [quorum.errorCode, ...partitions.map(({ errorCode }) => errorCode)];
  if (!codes.every((code) => harmless.includes(code))) throw silent;
  return codes.every((code) => code === none) ? partitions[0]?.leaderId : undefined;
}

/**
 * Finds the brokers that are up or may have gone down less than some time ago: the active controller knows when each node
 * last asked it for metadata. It does not know this of a voter that has been down since before it became active. Such a
 * voter counts, because it may be the controller that was just replaced. Needs KRaft, and DESCRIBE on the cluster.
 * @throws the broker's error
 */
export async function findLatelySeen(broker: Broker, withinMs: number): Promise<ReadonlySet<number>> {
  const { apiKeys } = await requestApiVersions(broker);
  const { key, version } = describeQuorumV1.api;
  // A broker that does not know a request closes the connection.
  if (!apiKeys.some(({ apiKey, maxVersion }) => apiKey === key && maxVersion >= version)) return new Set();
  const { topics } = await describeQuorumV1.api.async(broker, [quorumTopic]);
  const [quorum] = topics.flatMap(({ partitions }) => partitions);
  const nodes = [...(quorum?.currentVoters ?? []), ...(quorum?.observers ?? [])];
  // By the clock of the active controller, as the other times are.
  const now = nodes.find(({ replicaId }) => replicaId === quorum?.leaderId)?.lastFetchTimestamp;
  const seen = nodes.filter(
    ({ lastFetchTimestamp: last }) =>
      last === neverFetched || (now !== undefined && now - last < BigInt(withinMs)),
  );
  return new Set(seen.map(({ replicaId }) => replicaId));
}
