import { setTimeout as wait } from "node:timers/promises";
import { askBroker, isBrokerError } from "../../kafka/broker.ts";
import type { Connection } from "../../kafka/connection.ts";
import { type LiveCluster, readLiveCluster } from "../../kafka/live-cluster.ts";
import { keyOf, type Place } from "../../kafka/place.ts";
import type { DrilledBrokers } from "./brokers.ts";

/** How often the brokers' metadata is read, which is the resolution of every time without a leader. */
export const resolutionMs = 50;
const answerTimeoutMs = 2_000;

/** Who leads a partition. */
export type Leadership = {
  /** Undefined while there is no leader. */
  readonly leader: number | undefined;
  /** Whether the controller has found no replica that may lead. If false without a leader, it has not looked yet. */
  readonly isOffline: boolean;
  readonly inSyncReplicas: readonly number[];
};

/** Who led a partition from a moment on, in `performance.now()` milliseconds. */
export type LeaderChange = Leadership & { readonly at: number };

/** A partition as it is now. */
export type WatchedPartition = Place & Leadership & { readonly replicas: readonly number[] };

/**
 * Follows who leads each partition. The metadata still names a killed broker as the leader until the controller fences
 * it, after 9 s by default (broker.session.timeout.ms), so a leader counts only while its broker is up.
 */
export class LeaderWatch {
  /** By `topic:partition`, in chronological order. */
  readonly changes = new Map<string, LeaderChange[]>();
  /** The brokers that the controller considers alive, by id. */
  liveBrokers: readonly number[] = [];
  readonly #connection: Connection;
  readonly #brokers: DrilledBrokers;
  readonly #topics: readonly string[];
  readonly #partitions = new Map<string, WatchedPartition>();
  readonly #onLeader: (place: Place) => void;
  #addresses: LiveCluster["addresses"] = new Map();
  #isOver = false;

  /** @param onLeader called when a partition's leader changes */
  constructor(
    connection: Connection,
    brokers: DrilledBrokers,
    topics: readonly string[],
    onLeader: (place: Place) => void,
  ) {
    this.#connection = { ...connection, timeoutMs: answerTimeoutMs };
    this.#brokers = brokers;
    this.#topics = topics;
    this.#onLeader = onLeader;
  }

  get partitions(): WatchedPartition[] {
    return [...this.#partitions.values()];
  }

  /** The address of a partition's leader, if it has one. */
  leaderAddress(place: Place): string | undefined {
    const leader = this.#partitions.get(keyOf(place))?.leader;
    return leader === undefined ? undefined : this.#addresses.get(leader);
  }

  /** Reads the metadata until `stop` is called. */
  async run(): Promise<void> {
    while (!this.#isOver) {
      const { servers } = this.#brokers;
      // Asks another broker as soon as the drill takes one down, because the last answer of that broker would be stale.
      const isCurrent = () => !this.#isOver && servers.join() === this.#brokers.servers.join();
      try {
        await askBroker({ ...this.#connection, bootstrapServers: servers }, async (broker) => {
          while (isCurrent()) {
            const cluster = await readLiveCluster(broker, this.#topics);
            if (isCurrent()) this.#observe(cluster);
            await wait(resolutionMs);
          }
        });
      } catch (error) {
        if (!isBrokerError(error)) throw error;
        await wait(resolutionMs);
      }
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  #observe({ brokers, topics, addresses }: LiveCluster): void {
    this.liveBrokers = brokers;
    this.#addresses = new Map([...this.#addresses, ...addresses]);
    const at = performance.now();
    for (const { name: topic, partitions } of topics)
      for (const { partition, leader: named, replicas, inSyncReplicas } of partitions) {
        const place = { topic, partition };
        const key = keyOf(place);
        const now = {
          leader: named >= 0 && this.#brokers.isUp(named) ? named : undefined,
          isOffline: named < 0,
          inSyncReplicas,
        };
        const before = this.#partitions.get(key);
        this.#partitions.set(key, { ...place, ...now, replicas });
        if (before && describe(before) === describe(now)) continue;
        const changes = this.changes.get(key) ?? [];
        changes.push({ at, ...now });
        this.changes.set(key, changes);
        if (before && before.leader !== now.leader) this.#onLeader(place);
      }
  }
}

function describe({ leader, isOffline, inSyncReplicas }: Leadership): string {
  return `${leader} ${isOffline} ${inSyncReplicas.join()}`;
}
