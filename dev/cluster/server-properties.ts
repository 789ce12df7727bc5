/** The ports of one node on 127.0.0.1. A node with a client port is a broker, one with a controller port a controller. */
export type NodePorts = {
  readonly client?: number;
  readonly controller?: number;
  /** Further listeners of a broker by name; the settings give the protocol of each. */
  readonly listeners?: Readonly<Record<string, number>>;
};

/** All ports of a node. */
export function portsOf({ client, controller, listeners = {} }: NodePorts): number[] {
  return [client, controller, ...Object.values(listeners)].flatMap((port) => port ?? []);
}

/** How many brokers store Kafka's own topics. */
export function replicasOf(brokers: number): number {
  return Math.min(brokers, 3);
}

/**
 * Returns Kafka's settings for one of several nodes, as a properties file.
 * @param id the node's id, its position in `nodes`, counted from 1
 * @param nodes the ports of all nodes
 * @param settings further settings, which take precedence
 */
export function serverProperties(
  id: number,
  nodes: readonly NodePorts[],
  dataFolder: string,
  settings: Readonly<Record<string, string>> = {},
): string {
  const own = nodes[id - 1];
  if (!own) throw new Error(`Node ${id}: allowed: 1 to ${nodes.length}.`);
  const brokers = nodes.filter(({ client }) => client !== undefined);
  const replicas = replicasOf(brokers.length);
  const voters = nodes.flatMap(({ controller }, at) =>
    controller === undefined ? [] : [`${at + 1}@127.0.0.1:${controller}`],
  );
  const [broker, controller] = [own.client !== undefined, own.controller !== undefined];
  const clients = Object.entries({ CLIENT: own.client, ...own.listeners })
    .map(([name, port]) => `${name}://127.0.0.1:${port}`)
    .join();
  return Object.entries({
    "process.roles": [broker && "broker", controller && "controller"].filter(Boolean).join(),
    "node.id": id,
    "controller.quorum.voters": voters.join(),
    listeners: [broker && clients, controller && `CONTROLLER://127.0.0.1:${own.controller}`]
      .filter(Boolean)
      .join(),
    // Kafka refuses these two for a node that is only a controller.
    ...(broker && { "advertised.listeners": clients, "inter.broker.listener.name": "CLIENT" }),
    "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "log.dirs": dataFolder,
    // An undeclared topic is a mistake.
    "auto.create.topics.enable": false,
    "offsets.topic.replication.factor": replicas,
    "offsets.topic.num.partitions": 1,
    "transaction.state.log.replication.factor": replicas,
    "transaction.state.log.min.isr": Math.min(replicas, 2),
    "transaction.state.log.num.partitions": 1,
    "group.initial.rebalance.delay.ms": 0,
    ...settings,
  })
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}\n`)
    .join("");
}

/** Java reads the file as ISO 8859-1, with escapes for all other characters: a folder may have any name. */
function escapeProperty(value: string): string {
  return value.replace(
    /[^\x20-\x7e]|\\/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
