import { sendSignal } from "../../machine/processes.ts";
import type { Broker } from "../cluster/broker.ts";
import type { Cluster } from "../cluster/cluster.ts";

/** What was done to a broker. */
export type BrokerEvent = {
  /** Of `performance.now()`. */
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

  /** The brokers that it has taken down. */
  get down(): number[] {
    return [...this.#down];
  }

  /** Where the others are reached. */
  get servers(): string[] {
    return this.#cluster.bootstrapServers.filter(
      (_, at) => !this.#down.has(this.#cluster.brokers[at]?.id ?? 0),
    );
  }

  isUp(id: number): boolean {
    return !this.#down.has(id);
  }

  /** SIGKILL: no goodbye to the controller, nothing flushed to the disk. */
  async kill(id: number): Promise<void> {
    this.#takeDown(id, "killed");
    await this.#brokerOf(id).stop("SIGKILL");
  }

  /** SIGSTOP: its connections stay open, and nobody answers. */
  pause(id: number): void {
    this.#takeDown(id, "paused");
    sendSignal(this.#pidOf(id), "SIGSTOP");
  }

  /** SIGCONT. The broker does not know yet that the cluster has gone on without it. */
  resume(id: number): void {
    sendSignal(this.#pidOf(id), "SIGCONT");
    this.#record(id, "resumed");
  }

  /** SIGTERM: the broker hands over what it leads and leaves the in-sync replicas before it ends. */
  async stop(id: number): Promise<void> {
    await this.#brokerOf(id).stop("SIGTERM");
    this.#takeDown(id, "stopped");
  }

  /** Starts brokers and waits until they serve. */
  async start(...ids: number[]): Promise<void> {
    await this.#cluster.start(ids.map((id) => this.#brokerOf(id)));
    for (const id of ids) {
      this.#record(id, "started");
      this.bringUp(id);
    }
  }

  /** Counts a broker as up again. */
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
