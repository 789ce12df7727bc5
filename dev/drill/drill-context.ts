import { setTimeout as wait } from "node:timers/promises";
import type { DrilledBrokers } from "./brokers.ts";
import type { LeaderWatch, WatchedPartition } from "./leader-watch.ts";

const pollMs = 50;
/** How long a step waits for the brokers; a dead broker is noticed after 9 s. */
const patienceMs = 60_000;

/** The share of a broker's preferred partitions that other brokers may lead: leader.imbalance.per.broker.percentage. */
const imbalance = 0.1;

/** A step did not see the expected change in time. */
export class NotSeenError extends Error {
  override readonly name = "NotSeenError";
}

/** Ctrl-C or SIGTERM ended the drill. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** What the steps of a drill use while records flow. */
export class DrillContext {
  readonly brokers: DrilledBrokers;
  readonly watch: LeaderWatch;
  readonly observeMs: number;
  readonly #signal: AbortSignal;
  readonly #show: (progress: string) => void;

  /** @param observeMs how long records flow in each state that a step causes */
  constructor(
    { brokers, watch, observeMs }: Pick<DrillContext, "brokers" | "watch" | "observeMs">,
    signal: AbortSignal,
    show: (progress: string) => void,
  ) {
    this.brokers = brokers;
    this.watch = watch;
    this.observeMs = observeMs;
    this.#signal = signal;
    this.#show = show;
  }

  /** Lets records flow for `observeMs`. */
  async observe(what: string): Promise<void> {
    this.#show(what);
    await this.#pause(this.observeMs);
  }

  /** @throws NotSeenError if it does not happen in time */
  async until(what: string, happens: () => boolean): Promise<void> {
    this.#show(`waiting for ${what}`);
    const deadline = performance.now() + patienceMs;
    while (!happens()) {
      if (performance.now() > deadline) throw new NotSeenError(`${what}: not seen in ${patienceMs / 1000} s`);
      await this.#pause(pollMs);
    }
  }

  /** The broker that leads the most partitions. */
  get busiestBroker(): number {
    const led = Map.groupBy(this.watch.partitions, ({ leader }) => leader);
    const counts = this.brokers.up.map((id) => ({ id, partitions: led.get(id)?.length ?? 0 }));
    const [busiest] = counts.toSorted((a, b) => b.partitions - a.partitions);
    if (!busiest) throw new Error("The drill has taken down every broker.");
    return busiest.id;
  }

  /**
   * Waits until no partition depends on a broker that is down: each has a leader that is up, unless no replica may
   * lead.
   */
  async untilFailedOver(): Promise<void> {
    const isUp = (id: number) => this.brokers.isUp(id);
    await this.until("the controller to notice", () =>
      this.watch.partitions.every(
        ({ leader, isOffline, inSyncReplicas }) =>
          isOffline || (leader !== undefined && inSyncReplicas.every(isUp)),
      ),
    );
  }

  /** Waits until every replica of every partition is in sync, and the preferred replicas lead. */
  async untilInSync(): Promise<void> {
    await this.until("all replicas to be in sync", () => this.findOutOfSync().length === 0);
    await this.until("the preferred leaders", () => this.brokers.up.every((id) => this.#isBalanced(id)));
  }

  /** The partitions without a leader, or with a replica that is not in sync. */
  findOutOfSync(): WatchedPartition[] {
    return this.watch.partitions.filter(
      ({ leader, replicas, inSyncReplicas }) =>
        leader === undefined || inSyncReplicas.length < replicas.length,
    );
  }

  #isBalanced(id: number): boolean {
    const preferred = this.watch.partitions.filter(({ replicas }) => replicas[0] === id);
    const ledByOthers = preferred.filter(({ leader }) => leader !== id);
    return ledByOthers.length <= preferred.length * imbalance;
  }

  async #pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#signal }).catch(() => {
      throw new InterruptedError("interrupted");
    });
  }
}
