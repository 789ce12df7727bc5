import { ProduceAcks, type ProtocolError, type produceV7, produceV9 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askLeader } from "./ask-leader.ts";
import type { Connection } from "./connection.ts";
import type { Place } from "./place.ts";
import { toProtocolError } from "./protocol-error.ts";

/** A leader's answer for one partition. */
export type LeaderAnswer = Place & {
  /** Why the leader rejected the batch, or the offset where it appended it. */
  readonly outcome: ProtocolError | bigint;
};

/** A record to write; a null value makes it a tombstone. */
type TextRecord = Place & {
  readonly key: string;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * Sends records in one request with acks=all, at most one to each partition.
 * @param address of the leader of the partitions, `host:port`
 * @returns an answer for each partition that the leader's response contains
 * @throws LeaderError with the reason if the leader does not answer, NoTokenError
 */
export async function writeRecords(
  connection: Connection,
  address: string,
  records: readonly TextRecord[],
): Promise<LeaderAnswer[]> {
  const messages = records.map(({ topic, partition, key, value, headers }) => ({
    ...{ topic, partition, key: Buffer.from(key) },
    // The client writes a tombstone for a value that is null, against its own type.
    value: (value === null ? null : Buffer.from(value)) as Buffer,
    headers: new Map(
      Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)] as const),
    ),
  }));
  const answer = await askLeader(connection, address, (leader) =>
    answerOf(produceV9.api.async(leader, ProduceAcks.ALL, connection.timeoutMs, messages)),
  );
  return typeof answer === "boolean" ? [] : readAnswers(answer);
}

/** Returns what a response says about each partition. */
export function readAnswers({ responses }: Pick<produceV7.ProduceResponse, "responses">): LeaderAnswer[] {
  return responses.flatMap(({ name: topic, partitionResponses }) =>
    partitionResponses.map(({ index: partition, errorCode, baseOffset }) => {
      const outcome = errorCode === 0 ? baseOffset : toProtocolError(errorCode);
      return { topic, partition, outcome };
    }),
  );
}
