import { createTopicsV6 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { type NewTopic, toCreateRequest } from "./create-request.ts";
import { splitIntoBatches } from "./validate-only.ts";

/**
 * Creates topics in as few requests as a controller allows.
 * @throws Error that names each refused topic, with the broker's message; UnreachableError
 */
export async function createTopics(connection: Connection, topics: readonly NewTopic[]): Promise<void> {
  const answers = await askBroker(connection, async (broker) => {
    const answered = [];
    for (const batch of splitIntoBatches(topics)) {
      const request = createTopicsV6.api.async(
        broker,
        batch.map(toCreateRequest),
        connection.timeoutMs,
        false,
      );
      answered.push(...(await answerOf(request)).topics);
    }
    return answered;
  });
  const refused = answers.filter(({ errorCode }) => errorCode !== 0);
  if (refused.length > 0)
    throw new Error(refused.map(({ name, errorMessage }) => `${name}: ${errorMessage ?? ""}`).join("\n"));
}
