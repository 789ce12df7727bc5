import type { NewTopic } from "../../kafka/create-request.ts";
import { keyOf } from "../../kafka/place.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { DrilledBrokers } from "./brokers.ts";
import { DrillContext, NotSeenError } from "./drill-context.ts";
import type { DrillFinding, StepName } from "./findings.ts";
import { findImpacts, type Period } from "./impact.ts";
import { allowsUncleanElection, findRecordFaults, findUnavailability, findUnrefusedWrites } from "./judge.ts";
import { LeaderWatch } from "./leader-watch.ts";
import { Ledger } from "./ledger.ts";
import { Load, type LoadedPartition, partitionsOf } from "./load.ts";
import { readBack } from "./read-back.ts";
import type { Recording } from "./recording.ts";
import type { StepResult } from "./result.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { findSmokeFailures } from "./smoke.ts";
import type { Step } from "./steps/step.ts";
import { type PartitionVerdict, since } from "./verify.ts";
import { describeImpact, describeReadBack, describeStep } from "./wording.ts";

/** Runs some work and shows it to the user: its title, its progress and its result. */
export type RunTask = (
  title: string,
  work: (show: (progress: string) => void) => Promise<string>,
) => Promise<void>;

/** The options of a drill. */
export type DrillOptions = {
  /**
   * The drill's own, with a controller separate from the brokers: otherwise two dead brokers would prevent every
   * election.
   */
  readonly cluster: Cluster;
  readonly topics: readonly NewTopic[];
  readonly scenarios: readonly Scenario[];
  /** How long records flow in each state that a step causes. */
  readonly observeMs: number;
  /** Ends the drill early. */
  readonly signal: AbortSignal;
  readonly runTask: RunTask;
};

/** A drill in progress. */
export class DrillRun {
  readonly findings: DrillFinding[] = [];
  readonly #options: DrillOptions;
  readonly #partitions: readonly LoadedPartition[];
  readonly #brokers: DrilledBrokers;
  readonly #ledger = new Ledger();
  readonly #watch: LeaderWatch;
  readonly #load: Load;
  readonly #steps: StepResult[] = [];
  readonly #pauses: Period[] = [];
  #verdicts: readonly PartitionVerdict[] = [];
  #from = 0;
  #to = 0;

  constructor(options: DrillOptions) {
    const { cluster, topics } = options;
    const { connection } = cluster;
    this.#options = options;
    this.#partitions = topics.flatMap((topic) => partitionsOf(topic));
    this.#brokers = new DrilledBrokers(cluster);
    const names = topics.map(({ name }) => name);
    this.#watch = new LeaderWatch(connection, this.#brokers, names, (place) =>
      this.#load.abandonAttempt(place),
    );
    this.#load = new Load(connection, this.#partitions, this.#ledger, (place) =>
      this.#watch.leaderAddress(place),
    );
  }

  get recording(): Recording {
    return {
      from: this.#from,
      to: this.#to,
      topics: this.#options.topics,
      events: this.#brokers.events,
      changes: this.#watch.changes,
      ledgers: this.#ledger.read(),
      pauses: this.#pauses,
      steps: this.#steps,
      verdicts: this.#verdicts,
    };
  }

  async perform(): Promise<void> {
    const broken = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, broken.signal]);
    const breakOff = (error: unknown) => {
      broken.abort();
      throw error;
    };
    const watching = this.#watch.run().catch(breakOff);
    let loading: Promise<void> | undefined;
    try {
      const { runTask } = this.#options;
      await runTask("Let records flow to every partition", async (show) => {
        const drill = this.#drill(signal, show);
        await drill.until("every partition to have a leader", () => this.#isReady());
        loading = this.#load.run().catch(breakOff);
        await drill.until(
          "every partition to acknowledge a record",
          () => this.#ledger.begunPartitions === this.#partitions.length,
        );
        this.#from = performance.now();
        await drill.observe("all brokers are up");
        return `Records flow to ${this.#partitions.length} partitions, with acks=all`;
      });
      for (const scenario of this.#options.scenarios)
        for (const step of scenarios[scenario]) {
          this.#load.resume();
          await this.#perform(step, signal);
        }
      this.#to = performance.now();
    } finally {
      this.#load.stop();
      this.#watch.stop();
      // The error that ended the drill takes precedence over the interruption that it caused.
      await Promise.all([watching, loading]);
    }
  }

  async #perform(step: Step, signal: AbortSignal): Promise<void> {
    await this.#options.runTask(step.title, async (show) => {
      const drill = this.#drill(signal, show);
      const from = performance.now();
      const brokers = await step.run(drill);
      const isSettled = this.#brokers.down.length === 0;
      if (isSettled) await this.#requireInSync(step.name, drill);
      const to = performance.now();
      const partitions = this.#findImpacts(step.name, from, to);
      const result: StepResult = {
        step: step.name,
        brokers,
        from: Math.round(from - this.#from),
        to: Math.round(to - this.#from),
        partitions,
      };
      if (isSettled) await this.#prove(step.name, drill, show);
      const readBack = isSettled ? this.#countRecords() : undefined;
      this.#steps.push({ ...result, ...(readBack && { readBack }) });
      const proof = readBack ? `; ${describeReadBack(readBack)}` : "";
      return `${describeStep(result)}: ${describeImpact(result)}${proof}`;
    });
  }

  #drill(signal: AbortSignal, show: (progress: string) => void): DrillContext {
    const { observeMs } = this.#options;
    return new DrillContext({ brokers: this.#brokers, watch: this.#watch, observeMs }, signal, show);
  }

  #isReady(): boolean {
    return (
      this.#watch.partitions.length === this.#partitions.length &&
      this.#watch.partitions.every(
        ({ leader, replicas, inSyncReplicas }) =>
          leader !== undefined && replicas.length === inSyncReplicas.length,
      )
    );
  }

  async #requireInSync(step: StepName, drill: DrillContext): Promise<void> {
    try {
      await drill.untilInSync();
    } catch (error) {
      const outOfSync = drill.findOutOfSync();
      if (!(error instanceof NotSeenError) || outOfSync.length === 0) throw error;
      for (const [topic, own] of Map.groupBy(outOfSync, ({ topic }) => topic)) {
        const partitions = own.map(({ partition }) => partition);
        this.findings.push({ step, topic, code: "REPLICAS_OUT_OF_SYNC", partitions });
      }
    }
  }

  #findImpacts(step: StepName, from: number, to: number): StepResult["partitions"] {
    const ledgers = this.#ledger.read();
    const { changes, partitions } = this.#watch;
    const byPlace = new Map(ledgers.map((ledger) => [keyOf(ledger), ledger]));
    const impacts = findImpacts({ from, to }, partitions, changes, byPlace);
    for (const topic of this.#options.topics) {
      const own = impacts.filter((impact) => impact.topic === topic.name);
      this.findings.push(
        ...findUnavailability(step, topic, own),
        ...findUnrefusedWrites(step, topic, { from, to }, changes, ledgers),
      );
    }
    return impacts;
  }

  /** Runs the smoke suite and reads every record back, once all brokers are up again and while no record is sent. */
  async #prove(step: StepName, drill: DrillContext, show: (progress: string) => void): Promise<void> {
    const { cluster, topics } = this.#options;
    const from = performance.now();
    this.#load.pause();
    await drill.until("the records on their way", () => this.#load.isIdle);
    show("running the smoke suite");
    for (const failure of await findSmokeFailures(cluster.connection, topics))
      this.findings.push({ step, code: "SMOKE_FAILED", ...failure });
    show("reading every record back");
    await this.#readBack(step);
    this.#pauses.push({ from, to: performance.now() });
  }

  #countRecords(): NonNullable<StepResult["readBack"]> {
    const sum = (verdicts: readonly PartitionVerdict[], count: (verdict: PartitionVerdict) => number) =>
      verdicts.reduce((total, verdict) => total + count(verdict), 0);
    const unclean = this.#options.topics.filter(allowsUncleanElection).map(({ name }) => name);
    return {
      acknowledged: sum(this.#verdicts, ({ acknowledged }) => acknowledged),
      records: sum(this.#verdicts, ({ readBack }) => readBack),
      lostByUncleanElections: sum(
        this.#verdicts.filter(({ topic }) => unclean.includes(topic)),
        ({ lost }) => lost.length,
      ),
    };
  }

  /** Reads every record back, and reports only what the previous read did not find. */
  async #readBack(step: StepName): Promise<void> {
    const { cluster, topics } = this.#options;
    const before = new Map(this.#verdicts.map((verdict) => [keyOf(verdict), verdict]));
    this.#verdicts = await readBack(cluster.connection, this.#partitions, this.#ledger);
    for (const topic of topics) {
      for (const verdict of this.#verdicts.filter((one) => one.topic === topic.name))
        this.findings.push(...findRecordFaults(step, topic, since(before.get(keyOf(verdict)), verdict)));
    }
  }
}
