import { setTimeout as wait } from "node:timers/promises";
import { say } from "./say.ts";

/** The interval of the checks, and how long an update may run before the first one. */
const lookMs = 15_000;
const answerTimeoutMs = 5_000;

/**
 * Reports brokers that do not respond while an update runs, and when they respond again: the engine waits for them
 * silently.
 * @returns a function to call when the update has ended
 */
export function watchBrokers(stack: string): () => void {
  const end = new AbortController();
  watch(stack, end.signal).catch((error: Error) => {
    // A failure to watch the brokers must not stop the update.
    if (!end.signal.aborted) say(`Cannot check whether the brokers respond: ${error.message}`);
  });
  return () => end.abort();
}

async function watch(stack: string, signal: AbortSignal): Promise<void> {
  await wait(lookMs, undefined, { signal, ref: false });
  // Imported only for longer updates: it loads a client.
  const { readStackConnection } = await import("./stack-config.ts");
  const { isBrokerError } = await import("../kafka/broker.ts");
  const { readLiveCluster } = await import("../kafka/live-cluster.ts");
  const connection = { ...(await readStackConnection(stack)), timeoutMs: answerTimeoutMs };
  const servers = new Set(connection.bootstrapServers);
  const silent = new Set<string>();
  for (;;) {
    await Promise.all(
      [...servers].map(async (server) => {
        try {
          const { addresses } = await readLiveCluster({ ...connection, bootstrapServers: [server] }, []);
          for (const address of addresses.values()) servers.add(address);
          if (silent.delete(server) && !signal.aborted) say(`Broker ${server} responds again.`);
        } catch (error) {
          if (!isBrokerError(error)) throw error;
          if (silent.has(server) || signal.aborted) return;
          silent.add(server);
          say(`Broker ${server} does not respond. The update may be waiting for it.`);
        }
      }),
    );
    await wait(lookMs, undefined, { signal, ref: false });
  }
}
