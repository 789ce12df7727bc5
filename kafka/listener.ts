import { saslHandshakeV1 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { connectToFirst, saslMechanisms } from "./bootstrap.ts";
import type { Connection } from "./connection.ts";

/**
 * Finds out which SASL mechanisms a listener offers, without a user and a password.
 * @param address `host:port`
 * @returns such as `SCRAM-SHA-512`; empty for a listener that does not use SASL
 * @throws UnreachableError if it does not answer, for example because it expects TLS or a client certificate
 */
export async function readOfferedMechanisms(
  { sasl, ...connection }: Connection,
  address: string,
): Promise<readonly string[]> {
  const { broker } = await connectToFirst(connection, [address], new Map());
  try {
    const request = saslHandshakeV1.api.async(broker, saslMechanisms[sasl?.mechanism ?? "plain"]);
    // Without SASL, the answer is ILLEGAL_SASL_STATE and no mechanism.
    return (await answerOf(request)).mechanisms;
  } finally {
    broker.close().catch(() => {});
  }
}
