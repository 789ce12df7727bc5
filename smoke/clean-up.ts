import { principalOf } from "../kafka/connection.ts";
import { deleteGroup } from "../kafka/delete-group.ts";
import { explainFor } from "./check-topic.ts";
import { boundBy, type Deadline } from "./deadline.ts";
import type { SmokeInput } from "./input.ts";
import type { RecordProducer } from "./produce.ts";

/**
 * Ends a run's producer and removes its consumer group.
 * @param group absent where none was made
 * @returns what is still there, in words
 */
export async function cleanUp(
  { connection }: SmokeInput,
  producer: RecordProducer,
  group: string | undefined,
  end: Deadline,
): Promise<string[]> {
  await boundBy(end, "the producer's end", producer.disconnect()).catch(() => {});
  if (group === undefined) return [];
  try {
    await boundBy(end, "the group's deletion", deleteGroup(connection, group, end.at));
    return [];
  } catch (error) {
    const cause = explainFor(principalOf(connection))(error);
    return [`The consumer group ${group} could not be removed: ${cause}`];
  }
}
