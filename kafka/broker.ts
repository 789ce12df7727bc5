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
import { NoTokenError, UnreachableError } from "./describe-failure.ts";
import { reasonOfClosing } from "./response-limit.ts";

export type { Broker };

/**
 * Sends a request that kafkajs cannot send, or whose response it drops, to the first broker that answers.
 * @param to a cluster, or a connected broker, which stays connected
 * @throws UnreachableError if none of the bootstrap servers answers, with the reason for each; NoTokenError if there is
 *   no access token; errors that the broker returns are thrown unchanged
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
      // A broker may freeze between two responses.
      if (broker.isConnected() && !(error instanceof TimeoutError || error instanceof NetworkError))
        throw error;
      reasons.set(server, reasonOfClosing(broker.socket) ?? error);
    } finally {
      broker.close().catch(() => {});
    }
  }
}

/**
 * Returns the response to a request about several items even if some of them failed: each has its own error code.
 * @throws the error if there is no response
 */
export async function answerOf<Answer>(request: Promise<Answer>): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    // The client throws an error that contains the whole response; kafkajs drops the response.
    if (error instanceof ResponseError && error.response) return error.response;
    throw error;
  }
}

/** Whether an error is about a broker, the connection to it or its authentication. */
export function isBrokerError(error: unknown): boolean {
  return [UnreachableError, NoTokenError, GenericError, MultipleErrors].some((type) => error instanceof type);
}
