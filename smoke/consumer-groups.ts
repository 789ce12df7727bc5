import type { GroupNaming } from "../kafka/smoke-settings.ts";
import type { SentRecord } from "./produce.ts";

/**
 * How many topics one consumer reads. kafkajs copies the whole assignment again for each topic in it, so the time that
 * one consumer takes grows with the square of its topics: ten consumers read 1,000 topics in a third of the time that
 * one takes.
 */
const topicsPerGroup = 100;

/** The topics that each consumer group reads back, with their records, by the group's id. */
export type ConsumerGroups = ReadonlyMap<string, ReadonlyMap<string, readonly SentRecord[]>>;

/**
 * Divides the topics of a run among consumer groups, each with one consumer.
 * @param run the run's id, which ends the groups' ids
 * @param sent the records by topic; a topic without any is in no group
 */
export function divideIntoGroups(
  run: string,
  sent: ReadonlyMap<string, readonly SentRecord[]>,
  { name, isPrefix }: GroupNaming,
): ConsumerGroups {
  const topics = [...sent].filter(([, records]) => records.length > 0);
  if (!isPrefix) return new Map(topics.length > 0 ? [[name, new Map(topics)]] : []);
  const count = Math.ceil(topics.length / topicsPerGroup);
  return new Map(
    Array.from({ length: count }, (_, index) => [
      `${name}${run}-${index + 1}`,
      new Map(topics.slice(index * topicsPerGroup, (index + 1) * topicsPerGroup)),
    ]),
  );
}
