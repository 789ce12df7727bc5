import { apiVersionsV3, describeQuorumV0, TimeoutError } from "@platformatic/kafka";
import { answerOf, type Broker } from "./broker.ts";
import { clientId } from "./transport.ts";

/** The partition of KRaft's controllers, to ask about. */
export const quorumTopic = { topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] };

/** The protocol's numbers of what says nothing of a controller: the principal may not ask, or the cluster has no quorum. */
const [none, clusterAuthorizationFailed, unsupportedVersion] = [0, 31, 35];
const harmless = [none, clusterAuthorizationFailed, unsupportedVersion];

/**
 * Makes sure that a broker is in touch with a controller: without one, brokers go on answering with what they knew last.
 * Does nothing for a cluster that uses ZooKeeper, or if the principal lacks DESCRIBE on the cluster.
 * @throws TimeoutError when no controller answers through the broker
 */
export async function requireController(broker: Broker): Promise<void> {
  const { apiKeys } = await apiVersionsV3.api.async(broker, clientId, "1");
  // A broker that does not know a request closes the connection.
  if (!apiKeys.some(({ apiKey }) => apiKey === describeQuorumV0.api.key)) return;
  const silent = new TimeoutError("no controller answers through this broker, so it may be out of date");
  const quorum = await answerOf(describeQuorumV0.api.async(broker, [quorumTopic])).catch((error) => {
    throw error instanceof TimeoutError ? silent : error;
  });
  const partitions = quorum.topics.flatMap((topic) => topic.partitions);
  const codes = [quorum.errorCode, ...partitions.map(({ errorCode }) => errorCode)];
  if (!codes.every((code) => harmless.includes(code))) throw silent;
}
