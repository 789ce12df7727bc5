import { metadataV9 } from "@platformatic/kafka";
import { joinAddress } from "./address.ts";
import { answerOf } from "./answer.ts";
import { askBroker, type Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";

type Answer = Awaited<ReturnType<typeof metadataV9.api.async>>;

/** The brokers and topics of a cluster in the protocol's form, with what the principal is authorized for. */
export type Metadata = Pick<Answer, "clusterId" | "brokers" | "topics" | "clusterAuthorizedOperations"> & {
  /** The address that each broker advertises, `host:port`, by its id. */
  readonly addresses: ReadonlyMap<number, string>;
  /** Topics that were requested by name and that the principal may not DESCRIBE; they are not in `topics`. */
  readonly forbidden: readonly string[];
};

const topicAuthorizationFailed = 29;

/**
 * Requests the metadata of topics, whatever their number. A topic that does not exist is left out.
 * @param names the topics; null for all that the principal may DESCRIBE, without a list of forbidden ones
 * @throws UnreachableError when no bootstrap server answers
 */
export async function requestMetadata(
  to: Connection | Broker,
  names: readonly string[] | null,
): Promise<Metadata> {
  const { topics, ...answer } = await askBroker(to, (broker) =>
    answerOf(metadataV9.api.async(broker, names && [...names], false, true, true)),
  );
  return {
    ...answer,
    addresses: new Map(answer.brokers.map(({ nodeId, host, port }) => [nodeId, joinAddress(host, port)])),
    // A topic whose partitions are known may have an error, such as a partition without a leader.
    topics: topics.filter(({ errorCode, partitions }) => errorCode === 0 || partitions.length > 0),
    forbidden: topics.flatMap(({ errorCode, name }) =>
      errorCode === topicAuthorizationFailed ? [name] : [],
    ),
  };
}
