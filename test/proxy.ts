import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy to a broker, closed by `await using`. */
export type Proxy = AsyncDisposable & {
  /** `host:port` */
  readonly address: string;
  /** Awaited once, before the next request of this kind is forwarded. */
  meddle(apiKey: number, meddling: () => Promise<void>): void;
};

const [sizeBytes, apiKeyBytes] = [4, 2];

/**
 * Starts a proxy to a broker, for tests that change the cluster between two requests of a command.
 * @param server `host:port`; connections to other brokers bypass the proxy, through their advertised listeners
 */
export async function startProxy(server: string): Promise<Proxy> {
  const [host = "", port] = server.split(":");
  const sockets = new Set<Socket>();
  const awaited = new Map<number, () => Promise<void>>();
  const listener = createServer(async (client) => {
    const broker = connect(Number(port), host);
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => [client, broker].map((one) => one.destroy()));
    }
    broker.pipe(client);
    for await (const request of readRequests(client)) {
      const apiKey = request.readInt16BE(sizeBytes);
      const meddling = awaited.get(apiKey);
      awaited.delete(apiKey);
      await meddling?.();
      broker.write(request);
    }
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  return {
    address: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    meddle: (apiKey, meddling) => awaited.set(apiKey, meddling),
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function* readRequests(client: Socket): AsyncGenerator<Buffer> {
  let pending = Buffer.alloc(0);
  try {
    for await (const chunk of client) {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= sizeBytes + apiKeyBytes) {
        const end = sizeBytes + pending.readInt32BE(0);
        if (pending.length < end) break;
        yield pending.subarray(0, end);
        pending = pending.subarray(end);
      }
    }
  } catch {
    // The client closed the connection early, as a killed client does.
  }
}
