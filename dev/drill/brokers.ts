import { sendSignal } from "../../machine/processes.ts";
import type { Broker } from "../cluster/broker.ts";
import type { Cluster } from "../cluster/cluster.ts";

/** Something that the drill did to a broker. */
export type BrokerEvent = {
  /** In `performance.now()` milliseconds. */
  readonly at: number;
  readonly broker: number;
  readonly what: "killed" | "paused" | "resumed" | "stopped" | "started";
};

/** The brokers of the drill's own cluster, and what the drill does to them. */
export class DrilledBrokers {
  readonly events: BrokerEvent[] = [];
  readonly #cluster: Cluster;
  readonly #down = new Set<number>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The brokers that the drill has not taken down, by id. */
  get up(): number[] {
    return this.#cluster.brokers.map(({ id }) => id).filter((id) => !this.#down.has(id));
  }

  /** The brokers that the drill has taken down, by id. */
  get down(): number[] {
    return [...this.#down];
  }

  /** The addresses of the brokers that are up. */
  get servers(): string[] {
    return this.#cluster.bootstrapServers.filter(
      (_, at) => !this.#down.has(this.#cluster.brokers[at]?.id ?? 0),
    );
  }

  isUp(id: number): boolean {
    return !this.#down.has(id);
  }

  /** SIGKILL: the broker neither leaves the cluster in a controlled way nor flushes anything to disk. */
  async kill(id: number): Promise<void> {
    this.#takeDown(id, "killed");
    await this.#brokerOf(id).stop("SIGKILL");
  }

  /** SIGSTOP: the broker's connections stay open, but it does not answer. */
  pause(id: number): void {
    this.#takeDown(id, "paused");
    sendSignal(this.#pidOf(id), "SIGSTOP");
  }

  /** SIGCONT: the broker does not know yet that the cluster has continued without it. */
  resume(id: number): void {
    sendSignal(this.#pidOf(id), "SIGCONT");
    this.#record(id, "resumed");
  }

  /** SIGTERM: the broker hands over its partitions and leaves the in-sync replicas before it ends. */
  async stop(id: number): Promise<void> {
    await this.#brokerOf(id).stop("SIGTERM");
    this.#takeDown(id, "stopped");
  }

  /** Starts brokers and waits until they are ready. */
  async start(...ids: number[]): Promise<void> {
    await this.#cluster.start(ids.map((id) => this.#brokerOf(id)));
    for (const id of ids) {
      this.#record(id, "started");
      this.bringUp(id);
    }
  }

  /** Marks a broker as up again. */
  bringUp(id: number): void {
    this.#down.delete(id);
  }

  #takeDown(id: number, what: BrokerEvent["what"]): void {
    this.#down.add(id);
    this.#record(id, what);
  }

  #record(broker: number, what: BrokerEvent["what"]): void {
    this.events.push({ at: performance.now(), broker, what });
  }

  #brokerOf(id: number): Broker {
    const broker = this.#cluster.brokers.find((one) => one.id === id);
    if (!broker) throw new Error(`The cluster has no broker ${id}.`);
    return broker;
  }

  #pidOf(id: number): number {
    const { pid } = this.#brokerOf(id);
    if (pid === undefined) throw new Error(`Broker ${id} does not run.`);
    return pid;
  }
}
