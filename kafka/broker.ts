import {
  Connection as Broker,
  GenericError,
  MultipleErrors,
  NetworkError,
  TimeoutError,
} from "@platformatic/kafka";
import { connectToFirst } from "./bootstrap.ts";
import { NoTokenError, UnreachableError } from "./cluster-error.ts";
import type { Connection } from "./connection.ts";
import { examineFailures } from "./examine-failure.ts";
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
    const { server, broker } = await connectToFirst(to, untried, reasons).catch(async (error) => {
      if (!(error instanceof UnreachableError)) throw error;
      throw new UnreachableError(await examineFailures(to, reasons), to);
    });
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

/** Whether an error is about a broker, the connection to it or its authentication. */
export function isBrokerError(error: unknown): boolean {
  return [UnreachableError, NoTokenError, GenericError, MultipleErrors].some((type) => error instanceof type);
}

/** Ignores an error about a broker, where its answer is only useful. */
export function ignoreBrokerError(error: unknown): undefined {
  if (!isBrokerError(error)) throw error;
}
