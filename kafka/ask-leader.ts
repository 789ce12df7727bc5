import { NetworkError } from "@platformatic/kafka";
import { connectToFirst } from "./bootstrap.ts";
import { type Broker, isBrokerError } from "./broker.ts";
import { UnreachableError } from "./cluster-error.ts";
import type { Connection } from "./connection.ts";
import { ConnectionLostError } from "./error-chain.ts";
import { reasonOfClosing } from "./response-limit.ts";

/** The leader of partitions does not answer: it may be restarting, or another broker may be about to lead them. */
export class LeaderError extends Error {
  override readonly name = "LeaderError";
  /** As kafkajs marks its own errors. */
  readonly retriable = true;
  /** `host:port`. */
  readonly broker: string;

  constructor(address: string, cause: unknown) {
    super("the leader does not answer", { cause });
    this.broker = address;
  }
}

/**
 * Sends requests to the leader of partitions, which no other broker can answer.
 * @param address of the leader, `host:port`
 * @throws LeaderError with the reason if it does not answer, NoTokenError
 */
export async function askLeader<Answer>(
  connection: Connection,
  address: string,
  ask: (leader: Broker) => Promise<Answer>,
): Promise<Answer> {
  const reasons = new Map<string, unknown>();
  const { broker } = await connectToFirst(connection, [address], reasons).catch((error) => {
    throw error instanceof UnreachableError ? new LeaderError(address, reasons.get(address)) : error;
  });
  try {
    return await ask(broker);
  } catch (error) {
    if (!isBrokerError(error)) throw error;
    const lost = error instanceof NetworkError ? new ConnectionLostError(error.message) : error;
    throw new LeaderError(address, reasonOfClosing(broker.socket) ?? lost);
  } finally {
    broker.close().catch(() => {});
  }
}
