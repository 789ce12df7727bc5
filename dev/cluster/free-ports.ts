import { createServer } from "node:net";
import type { NodePorts } from "./server-properties.ts";

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once("error", () => resolve(false))
      .listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Finds ports that are free now, below the range that systems use for outgoing connections. */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

/** Finds ports that are free now for a cluster with this number of nodes, each a broker and a controller. */
export async function findNodePorts(nodes: number): Promise<NodePorts[]> {
  const ports = await findFreePorts(2 * nodes);
  return Array.from({ length: nodes }, (_, at) => ({
    client: ports[at] ?? 0,
    controller: ports[nodes + at] ?? 0,
  }));
}

/** Finds ports that are free now for a cluster with this number of brokers and a separate controller. */
export async function findBrokerPorts(brokers: number): Promise<NodePorts[]> {
  const [controller = 0, ...clients] = await findFreePorts(brokers + 1);
  return [...clients.map((client) => ({ client })), { controller }];
}
