import { describeQuorumV0, TimeoutError } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { requestApiVersions } from "./bootstrap.ts";
import type { Broker } from "./broker.ts";

/** The metadata partition of KRaft's controllers. */
export const quorumTopic = { topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] };

/** Error codes that do not mean a missing controller: the principal lacks a permission, or the cluster has no quorum. */
const [none, clusterAuthorizationFailed, unsupportedVersion] = [0, 31, 35];
const harmless = [none, clusterAuthorizationFailed, unsupportedVersion];

/**
 * Checks that a broker reaches a controller: without one, brokers keep answering with outdated metadata.
 * @param known what the broker supports, if that has been requested
 * @returns the id of the active controller; undefined for a cluster that uses ZooKeeper, or if the principal lacks DESCRIBE
 *   on the cluster
 * @throws TimeoutError if no controller answers through the broker
 */
export async function requireController(
  broker: Broker,
  known?: Awaited<ReturnType<typeof requestApiVersions>>,
): Promise<number | undefined> {
  const { apiKeys } = known ?? (await requestApiVersions(broker));
  // A broker that does not know a request closes the connection.
  if (!apiKeys.some(({ apiKey }) => apiKey === describeQuorumV0.api.key)) return undefined;
  const silent = new TimeoutError(
    "no controller answers through this broker, so its metadata may be out of date",
  );
  const quorum = await answerOf(describeQuorumV0.api.async(broker, [quorumTopic])).catch((error) => {
    throw error instanceof TimeoutError ? silent : error;
  });
  const partitions = quorum.topics.flatMap((topic) => topic.partitions);
  const codes = [quorum.errorCode, ...partitions.map(({ errorCode }) => errorCode)];
  if (!codes.every((code) => harmless.includes(code))) throw silent;
  return codes.every((code) => code === none) ? partitions[0]?.leaderId : undefined;
}
