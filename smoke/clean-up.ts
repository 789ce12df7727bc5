import { deleteGroup } from "../kafka/consumer-group.ts";
import { listFew } from "../kafka/topic-groups.ts";
import { explainFor } from "./check-topic.ts";
import { boundBy, type Deadline } from "./deadline.ts";
import type { SmokeInput } from "./input.ts";
import { findGrants } from "./missing-rights.ts";
import type { RecordProducer } from "./produce.ts";
import { describeMissing } from "./wording.ts";

/**
 * Disconnects a run's producer and deletes its consumer groups.
 * @returns a sentence for each reason why consumer groups could not be deleted
 */
export async function cleanUp(
  input: SmokeInput,
  producer: RecordProducer,
  groups: readonly string[],
  end: Deadline,
): Promise<string[]> {
  const explain = explainFor(input);
  const removing = groups.map((group) =>
    boundBy(end, "the group's deletion", deleteGroup(input.connection, group, end.at)).then(
      () => [],
      (error) => [{ group, cause: describeMissing(explain(error), findGrants(error, "", [], input)) }],
    ),
  );
  await boundBy(end, "the producer's end", producer.disconnect()).catch(() => {});
  const left = (await Promise.all(removing)).flat();
  return [...Map.groupBy(left, ({ cause }) => cause)].map(
    ([cause, own]) =>
      `${own.length === 1 ? "The consumer group" : "The consumer groups"} ${listFew(own.map(({ group }) => group))} could not be removed: ${cause}`,
  );
}
