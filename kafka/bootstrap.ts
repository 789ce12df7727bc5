import { isIP } from "node:net";
import {
  AuthenticationError,
  apiVersionsV3,
  Connection as Broker,
  type ConnectionOptions,
  ResponseError,
} from "@platformatic/kafka";
import { TokenError } from "./access-token.ts";
import { splitAddress } from "./address.ts";
import { NoTokenError, UnreachableError } from "./cluster-error.ts";
import type { Connection } from "./connection.ts";
import { classifyFailure } from "./failure.ts";
import { limitResponses } from "./response-limit.ts";
import { hasToken, type Sasl } from "./sasl.ts";
import { readAccessToken } from "./token-cache.ts";
import { clientId, connectTimeoutMs, tlsOptions } from "./transport.ts";

/** How long a bootstrap server may take to answer before the next one is tried as well. */
const hedgeMs = 1_000;

/** The client version in the brokers' request logs; the protocol does not allow an empty string. */
const clientVersion = "1";

/** Servers that did not answer this process, or not before the next one was tried. */
const silent = new Set<string>();

/** Sorts servers that did not answer before to the end. */
export function orderByAnswer(servers: readonly string[]): string[] {
  return [
    ...servers.filter((server) => !silent.has(server)),
    ...servers.filter((server) => silent.has(server)),
  ];
}

/** A connection to the server that answered first. The caller closes it. */
export type Opened = { readonly server: string; readonly broker: Broker };

/**
 * Connects to the bootstrap server that answers first. A frozen server accepts connections but never answers, so the next
 * one is tried when a server takes too long.
 * @param reasons why the servers that were tried before did not answer; this call adds its own
 * @throws UnreachableError with all reasons if none answers, NoTokenError
 */
export async function connectToFirst(
  connection: Connection,
  servers: readonly string[],
  reasons: Map<string, unknown>,
): Promise<Opened> {
  await requireToken(connection);
  const waiting = orderByAnswer(servers);
  const brokers = new Map<string, Broker>();
  const { promise, resolve, reject } = Promise.withResolvers<Opened>();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const askNext = () => {
    clearTimeout(timer);
    const server = waiting.shift();
    if (server === undefined) {
      if (servers.every((one) => reasons.has(one))) reject(new UnreachableError(reasons, connection));
      return;
    }
    const broker = createBroker(connection, splitAddress(server).host);
    brokers.set(server, broker);
    timer = setTimeout(() => {
      silent.add(server);
      askNext();
    }, hedgeMs);
    open(broker, server, connection).then(
      () => {
        silent.delete(server);
        resolve({ server, broker });
      },
      (error) => {
        // Closed below, so the error says nothing about the server.
        if (isOver) return;
        silent.add(server);
        reasons.set(server, error);
        askNext();
      },
    );
  };
  askNext();
  try {
    const opened = await promise;
    brokers.delete(opened.server);
    return opened;
  } finally {
    clearTimeout(timer);
    isOver = true;
    for (const broker of brokers.values()) broker.close().catch(() => {});
  }
}

/** Gets an access token before the servers are tried: waiting for it must not look like a slow server. */
async function requireToken({ sasl, timeoutMs, settingNames }: Connection): Promise<void> {
  if (!hasToken(sasl)) return;
  try {
    await readAccessToken(sasl, timeoutMs);
  } catch (error) {
    throw error instanceof TokenError ? new NoTokenError(error, settingNames) : error;
  }
}

async function open(broker: Broker, server: string, { sasl }: Connection): Promise<void> {
  const { host, port } = splitAddress(server);
  let cause: unknown;
  broker.once("error", (error) => {
    cause = error;
  });
  try {
    const connecting = broker.connect(host, port);
    limitResponses(broker.socket);
    await connecting;
  } catch (error) {
    const { code, evidence } = classifyFailure(error);
    throw hasToken(sasl) && code === "SASL_REFUSED" ? new TokenError("TOKEN_NOT_ACCEPTED", evidence) : error;
  }
  try {
    await requestApiVersions(broker);
  } catch (error) {
    // An old broker supports other versions, but its error is an answer too.
    if (error instanceof ResponseError) return;
    // With TLS 1.3 a broker refuses a client only now, and the request fails with "Connection closed".
    throw cause ?? error;
  }
}

/** Requests which requests, features and versions a broker supports. */
export function requestApiVersions(broker: Broker) {
  return apiVersionsV3.api.async(broker, clientId, clientVersion);
}

function createBroker(connection: Connection, host: string): Broker {
  const timeoutMs = Math.min(connectTimeoutMs, connection.timeoutMs);
  const tls = tlsOptions(connection);
  const sasl = saslOptions(connection);
  const broker = new Broker(clientId, {
    connectTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    // In TLS, a server name cannot be an IP address.
    ...(tls && { tls, tlsServerName: isIP(host) === 0 }),
    ...(sasl && { sasl }),
  });
  // Each failed request reports its own error.
  broker.on("error", () => {});
  return broker;
}

function saslOptions({ sasl, timeoutMs }: Connection): ConnectionOptions["sasl"] {
  if (!sasl) return undefined;
  if (!hasToken(sasl)) return { ...sasl, mechanism: saslMechanisms[sasl.mechanism] };
  return {
    mechanism: "OAUTHBEARER",
    token: () => readAccessToken(sasl, timeoutMs),
    // A broker accepts a token with an empty answer; this client would take any other for success too.
    authBytesValidator: (bytes, callback) =>
      callback(bytes.length > 0 ? new AuthenticationError(bytes.toString()) : null, bytes),
  };
}

/** The names of SASL mechanisms in the Kafka protocol. */
export const saslMechanisms = {
  plain: "PLAIN",
  "scram-sha-256": "SCRAM-SHA-256",
  "scram-sha-512": "SCRAM-SHA-512",
  oauthbearer: "OAUTHBEARER",
  "aws-iam": "OAUTHBEARER",
} as const satisfies Record<Sasl["mechanism"], string>;
