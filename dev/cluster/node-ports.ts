import { findFreePorts } from "../../machine/free-ports.ts";
import type { NodePorts } from "./server-properties.ts";

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
