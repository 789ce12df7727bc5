import {
  Connection as Broker,
  GenericError,
  MultipleErrors,
  NetworkError,
  ResponseError,
  TimeoutError,
} from "@platformatic/kafka";
import { connectToFirst } from "./bootstrap.ts";
import type { Connection } from "./connection.ts";
import { UnreachableError } from "./describe-failure.ts";

export type { Broker };

/**
 * Asks the first broker that answers something that kafkajs cannot ask, or whose answer it drops.
 * @param to a cluster, or the broker to ask, which stays connected for the next question
 * @throws UnreachableError when none of the bootstrap servers answers, with the reason of each; what the broker
 *   itself refuses comes as it is
 */
export async function askBroker<Answer>(
  to: Connection | Broker,
  ask: (broker: Broker) => Promise<Answer>,
): Promise<Answer> {
  if (to instanceof Broker) return ask(to);
  const reasons = new Map<string, unknown>();
  for (;;) {
    const untried = to.bootstrapServers.filter((server) => !reasons.has(server));
    const { server, broker } = await connectToFirst(to, untried, reasons);
    try {
      return await ask(broker);
    } catch (error) {
      // A broker may freeze between two answers.
      if (broker.isConnected() && !(error instanceof TimeoutError || error instanceof NetworkError))
        throw error;
      reasons.set(server, error);
    } finally {
      broker.close().catch(() => {});
    }
  }
}

/**
 * The answer to a request about many things, when some of them failed too: each carries its own error code.
 * @throws what kept the whole answer away
 */
export async function answerOf<Answer>(request: Promise<Answer>): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    // The client makes the whole answer an error, with the answer in it; kafkajs keeps nothing of it.
    if (error instanceof ResponseError && error.response) return error.response;
    throw error;
  }
}

/** Whether a broker, or the way to it, is what an error is about. */
export function isBrokerError(error: unknown): boolean {
  return (
    error instanceof UnreachableError || error instanceof GenericError || error instanceof MultipleErrors
  );
}
