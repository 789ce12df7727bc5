import { isIP } from "node:net";
import { apiVersionsV3, Connection as Broker, ResponseError } from "@platformatic/kafka";
import type { Connection } from "./connection.ts";
import { UnreachableError } from "./describe-failure.ts";
import { clientId, connectTimeoutMs, tlsOptions } from "./transport.ts";

/** How long a bootstrap server may take to answer before the next one is asked as well. */
const hedgeMs = 1_000;

/** What the brokers' request logs call this client, beside its id; the protocol allows no empty text. */
const clientVersion = "1";

/** Servers that did not answer in this process, or not before the next one was asked. */
const silent = new Set<string>();

/** The same servers, those last that did not answer before. */
export function orderByAnswer(servers: readonly string[]): string[] {
  return [
    ...servers.filter((server) => !silent.has(server)),
    ...servers.filter((server) => silent.has(server)),
  ];
}

/** A connection to the server that answered first. The caller closes it. */
export type Opened = { readonly server: string; readonly broker: Broker };

/**
 * Connects to the first of these bootstrap servers that answers. A frozen one takes connections and never answers, so
 * each of them is asked when the one before it has taken too long.
 * @param reasons why the servers that were asked before did not answer; those of this call are added
 * @throws UnreachableError with all reasons when none answers
 */
export async function connectToFirst(
  connection: Connection,
  servers: readonly string[],
  reasons: Map<string, unknown>,
): Promise<Opened> {
  const waiting = orderByAnswer(servers);
  const brokers = new Map<string, Broker>();
  const { promise, resolve, reject } = Promise.withResolvers<Opened>();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const askNext = () => {
    clearTimeout(timer);
    const server = waiting.shift();
    if (server === undefined) {
      if (servers.every((one) => reasons.has(one))) reject(new UnreachableError(reasons));
      return;
    }
    const broker = createBroker(connection, hostOf(server));
    brokers.set(server, broker);
    timer = setTimeout(() => {
      silent.add(server);
      askNext();
    }, hedgeMs);
    open(broker, server).then(
      () => {
        silent.delete(server);
        resolve({ server, broker });
      },
      (error) => {
        // Closed below, which says nothing about the server.
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

async function open(broker: Broker, server: string): Promise<void> {
  await broker.connect(hostOf(server), portOf(server));
  try {
    await apiVersionsV3.api.async(broker, clientId, clientVersion);
  } catch (error) {
    // An old broker knows other versions, and answers all the same.
    if (!(error instanceof ResponseError)) throw error;
  }
}

function createBroker(connection: Connection, host: string): Broker {
  const timeoutMs = Math.min(connectTimeoutMs, connection.timeoutMs);
  const tls = tlsOptions(connection);
  const { sasl } = connection;
  const broker = new Broker(clientId, {
    connectTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    // TLS knows no server name that is an address.
    ...(tls && { tls, tlsServerName: isIP(host) === 0 }),
    ...(sasl && { sasl: { ...sasl, mechanism: saslMechanisms[sasl.mechanism] } }),
  });
  // What goes wrong is told to the request that meets it.
  broker.on("error", () => {});
  return broker;
}

/** `[::1]:9092` is the host `::1`. */
function hostOf(server: string): string {
  return server.slice(0, server.lastIndexOf(":")).replace(/^\[|\]$/g, "");
}

function portOf(server: string): number {
  return Number(server.slice(server.lastIndexOf(":") + 1));
}

const saslMechanisms = {
  plain: "PLAIN",
  "scram-sha-256": "SCRAM-SHA-256",
  "scram-sha-512": "SCRAM-SHA-512",
} as const;
