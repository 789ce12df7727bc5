import { alterPartitionReassignmentsV0 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker, type Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { keyOf } from "./place.ts";
import { type Refusal, type Refusals, toRefusal } from "./refusal.ts";
import { askUntilSettled, findTemporary } from "./retry.ts";

/** The brokers that are to have the replicas of a partition, by id, the preferred leader first. */
export type Assignment = {
  readonly topic: string;
  readonly partition: number;
  readonly target: readonly number[];
};

const timeoutMs = 30_000;

/** A controller refuses a request that would write more than 10,000 metadata records: here, one for each partition. */
const partitionsPerRequest = 5_000;

/**
 * Starts reassignments, which the brokers carry out by themselves. One that is in progress for a partition is replaced. The
 * principal needs ALTER on the cluster.
 * @returns the refusals by `topic:partition`; the other reassignments have started
 * @throws UnreachableError when no bootstrap server answers
 */
export async function alterReassignments(
  to: Connection | Broker,
  assignments: readonly Assignment[],
): Promise<Refusals> {
  const refusals = new Map<string, Refusal>();
  for (let at = 0; at < assignments.length; at += partitionsPerRequest) {
    const batch = assignments.slice(at, at + partitionsPerRequest);
    const topics = [...Map.groupBy(batch, ({ topic }) => topic)].map(([name, own]) => ({
      name,
      partitions: own.map(({ partition, target }) => ({ partitionIndex: partition, replicas: [...target] })),
    }));
    const { responses, ...whole } = await askBroker(to, (broker) =>
      askUntilSettled(
        () => answerOf(alterPartitionReassignmentsV0.api.async(broker, timeoutMs, true, topics)),
        (answer) =>
          findTemporary(
            [answer, ...answer.responses.flatMap(({ partitions }) => partitions)],
            answer.throttleTimeMs,
          ),
      ),
    );
    const answers = responses.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, ...own }) => ({
        key: keyOf({ topic: name, partition: partitionIndex }),
        ...own,
      })),
    );
    const refused = batch.map((one) => ({ key: keyOf(one), ...whole }));
    for (const { key, errorCode, errorMessage } of whole.errorCode === 0 ? answers : refused) {
      if (errorCode === 0) continue;
      refusals.set(key, toRefusal(errorCode, errorMessage));
    }
  }
  return refusals;
}
