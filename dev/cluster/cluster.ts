import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Connection } from "../../kafka/connection.ts";
import { readLiveCluster } from "../../kafka/live-cluster.ts";
import { messageOf } from "../../machine/errors.mjs";
import { isFree } from "../../machine/free-ports.ts";
import { kafkaJars } from "../../machine/paths.ts";
import { requireJava } from "../../machine/toolchain/kafka.ts";
import { Broker } from "./broker.ts";
import { type NodePorts, portsOf, serverProperties } from "./server-properties.ts";
import { tieredStorageSettings } from "./tiered-storage.ts";

const defaultReadyTimeoutMs = 60_000;
const pollMs = 100;

export type ClusterOptions = {
  /** Broker settings in addition to those of every local cluster; they take precedence. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The `broker.rack` of each node. */
  readonly racks?: readonly string[];
  /** How this process connects to the client ports, unless they use plaintext. */
  readonly tls?: Connection["tls"];
  /**
   * Whether the brokers have tiered storage, for topics with `remote.storage.enable`. With it, three brokers are up after
   * 4.8 s instead of 4.6 s, or 3.7 s instead of 3.1 s if they have started before; they need 33 MB more in all, and 0.9 s more
   * CPU time.
   */
  readonly tieredStorage?: boolean;
  /** Folders of Java classes that the settings name, for example policies. */
  readonly classes?: readonly string[];
  /** The folder of Kafka's jars, by default those of the pinned version. */
  readonly jars?: string;
  /** The brokers' Java flags, instead of those for a quick start on a small machine. */
  readonly jvmFlags?: readonly string[];
  /** How long a broker may take to load its partitions when it starts; by default 60 s. */
  readonly readyTimeoutMs?: number;
};

/** A local Kafka cluster on 127.0.0.1, for development or for tests. */
export class Cluster {
  readonly brokers: readonly Broker[];
  readonly bootstrapServers: readonly string[];
  readonly #folder: string;
  readonly #ports: readonly NodePorts[];
  /** The brokers, and controllers that are not brokers. */
  readonly #nodes: readonly Broker[];
  readonly #options: ClusterOptions;
  readonly #settings: Readonly<Record<string, string>>;

  /**
   * @param folder the cluster's own folder, for everything that it keeps
   * @param nodes the ports of each node
   */
  constructor(folder: string, nodes: readonly NodePorts[], options: ClusterOptions = {}) {
    this.#folder = folder;
    this.#ports = nodes;
    this.#options = options;
    this.#nodes = nodes.map(
      (_, index) => new Broker(index + 1, join(folder, `broker-${index + 1}`), options),
    );
    this.brokers = this.#nodes.filter(({ id }) => nodes[id - 1]?.client !== undefined);
    this.bootstrapServers = this.brokers.map((broker) => this.#addressOf(broker));
    const { jars = kafkaJars, settings, tieredStorage } = options;
    this.#settings = {
      ...(tieredStorage && tieredStorageSettings(jars, this.remoteFolder, this.brokers.length)),
      ...settings,
    };
  }

  /** The folder to which the brokers copy segments of topics with `remote.storage.enable`. */
  get remoteFolder(): string {
    return join(this.#folder, "remote");
  }

  get connection(): Connection {
    const { tls } = this.#options;
    return { bootstrapServers: this.bootstrapServers, timeoutMs: 5_000, ...(tls && { tls }) };
  }

  /**
   * Starts the nodes that do not run, and waits until each broker knows all brokers that run.
   * @param nodes which nodes, by default all
   * @returns how many were started
   * @throws Error with the port that is in use, or the last lines of a broker that ended
   */
  async start(nodes: readonly Broker[] = this.#nodes): Promise<number> {
    const toStart = nodes.filter(({ pid }) => pid === undefined);
    if (toStart.length > 0) await requireJava();
    await Promise.all(toStart.map(({ id }) => this.#requireFreePorts(id)));
    const clusterId = this.#clusterId();
    // Waits for all before a failure stops the others: otherwise a broker that is still being formatted would start
    // later.
    const started = await Promise.allSettled(
      toStart.map((node) =>
        node.start(
          clusterId,
          serverProperties(node.id, this.#ports, node.dataFolder, this.#settingsOf(node)),
        ),
      ),
    );
    try {
      for (const result of started) if (result.status === "rejected") throw result.reason;
      const running = this.brokers.filter(({ pid }) => pid !== undefined);
      await Promise.all(running.map((broker) => this.#waitUntilReady(broker, running)));
    } catch (error) {
      await Promise.all(toStart.map((broker) => broker.stop("SIGKILL")));
      throw error;
    }
    return toStart.length;
  }

  /**
   * Stops the running nodes of this cluster and waits until they are gone.
   * @param signal SIGKILL if their data is removed too: it saves the seconds of a controlled shutdown
   * @returns how many were running
   */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number> {
    const running = this.#nodes.filter(({ pid }) => pid !== undefined);
    await Promise.all(running.map((broker) => broker.stop(signal)));
    return running.length;
  }

  /** Removes all data. The brokers must have stopped. */
  wipe(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #settingsOf({ id }: Broker): Readonly<Record<string, string>> {
    const rack = this.#options.racks?.[id - 1];
    return { ...this.#settings, ...(rack !== undefined && { "broker.rack": rack }) };
  }

  #clusterId(): string {
    const file = join(this.#folder, "cluster-id");
    if (!existsSync(file)) {
      mkdirSync(this.#folder, { recursive: true });
      // Kafka's tools treat an id that begins with "-" as an option, and Kafka itself generates none.
      const id = randomBytes(16).toString("base64url").replace(/^-/, "_");
      writeFileSync(file, id);
    }
    return readFileSync(file, "utf8");
  }

  async #requireFreePorts(id: number): Promise<void> {
    for (const port of portsOf(this.#ports[id - 1] ?? {})) {
      if (await isFree(port)) continue;
      throw new Error(
        `Port ${port} on 127.0.0.1, which broker ${id} needs, is in use by another process. ` +
          "Stop that process, or change the port in dev/cluster/local.ts and Pulumi.dev.yaml.",
      );
    }
  }

  #addressOf({ id }: Broker): string {
    return `127.0.0.1:${this.#ports[id - 1]?.client}`;
  }

  /** Waits until a broker answers and lists all brokers that run. */
  async #waitUntilReady(broker: Broker, running: readonly Broker[]): Promise<void> {
    const connection = { ...this.connection, bootstrapServers: [this.#addressOf(broker)] };
    const { readyTimeoutMs = defaultReadyTimeoutMs } = this.#options;
    const deadline = Date.now() + readyTimeoutMs;
    let seen = "nothing";
    let missing = broker;
    while (Date.now() < deadline) {
      if (broker.pid === undefined) {
        throw new Error(
          `Broker ${broker.id} ended while starting. The last lines of ${broker.logFile}:\n${broker.lastLines()}`,
        );
      }
      try {
        const { brokers } = await readLiveCluster(connection, []);
        const unknown = running.find(({ id }) => !brokers.includes(id));
        if (!unknown) return;
        missing = unknown;
        seen = `brokers ${brokers.join(", ")}`;
      } catch (error) {
        seen = messageOf(error);
      }
      await wait(pollMs);
    }
    throw new Error(
      `Broker ${broker.id} did not know all ${running.length} brokers after ${readyTimeoutMs / 1000} s; ` +
        `it answered: ${seen}\nThe last lines of broker ${missing.id}, from ${missing.logFile}:\n${missing.lastLines()}`,
    );
  }
}
