import type { Operation } from "../kafka/authorized-operations.ts";
import { readClockAhead } from "../kafka/cluster-clock.ts";
import { countOf } from "../kafka/describe-value.ts";
import { isTimestampRefused } from "../kafka/error-chain.ts";
import { runHeader } from "../kafka/record-format.ts";
import type { SmokeMode } from "../kafka/topic.ts";
import { patienceMs } from "./bisection.ts";
import {
  checkDryRun,
  checkRecords,
  explainFor,
  type InspectedTopic,
  inspectTopic,
  makeResult,
  refuseTarget,
} from "./check-topic.ts";
import { cleanUp } from "./clean-up.ts";
import { divideIntoGroups } from "./consumer-groups.ts";
import { boundBy, type Deadline, leftMs, within } from "./deadline.ts";
import { addDryRun, runDry } from "./dry-run.ts";
import type { SmokeInput } from "./input.ts";
import { findLongTransactions } from "./long-transactions.ts";
import { findGrants, findMissingOn } from "./missing-rights.ts";
import type { TopicOutcome } from "./observed.ts";
import { findOtherRecords } from "./other-records.ts";
import { RecordProducer, type SentRecord, type Target } from "./produce.ts";
import { readBack } from "./read-back.ts";
import type { TopicResult } from "./result.ts";

/** Called with each step of a probe, such as "cleaning up". */
export type Progress = (step: string) => void;

/** The share of the time that writing may take: one throttling broker must not keep all records from being read. */
const writingShare = 2 / 3;

/** The time reserved for clean-up: 4 s, or a quarter of the time if that is less. */
const [cleanUpMs, cleanUpShare] = [4_000, 1 / 4];

/**
 * Checks every topic, sends one record to each of its partitions and reads it back, or makes a dry run, as its smoke mode
 * says. Each topic gets a result, whatever happens to it or to the others.
 * @param run marks the records, and is part of the consumer groups' ids
 * @param deadline for the whole probe; sending and reading end some seconds earlier
 * @returns a result for each deployed topic, in their order; the records that came back as sent; and what could not be
 *   removed, in words
 */
export async function probeTopics(
  input: SmokeInput,
  { run, deadline, onProgress }: { run: string; deadline: Deadline; onProgress: Progress },
): Promise<{ topics: TopicResult[]; records: SentRecord[]; leftovers: readonly string[] }> {
  const inspected = await refuseOtherTargets(
    input,
    input.deployed.map((deployed) => inspectTopic(deployed, input)),
    deadline,
  );
  const targetsOf = (mode: SmokeMode) =>
    inspected.flatMap(({ spec, target }) => (target && spec.smoke === mode ? target : []));
  const [targets, dryTargets] = [targetsOf("produce"), targetsOf("dry-run")];
  if (dryTargets.length > 0) onProgress(`dry run of ${countOf(dryTargets.length, "topic")}`);
  const [found, dryRun] = await Promise.all([
    targets.length > 0 ? sendAndRead(input, targets, { run, deadline, onProgress }) : nothing,
    runDry(input, dryTargets, deadline),
  ]);
  const explain = explainFor(input, found.clockAheadMs);
  const topics = inspected.map((topic): TopicResult => {
    const { spec, target } = topic;
    const [outcome, dryOutcome] = [found.topics.get(spec.name), dryRun.get(spec.name)];
    if (!target) return makeResult(topic, topic.checks, outcome);
    const context = {
      ...target,
      explain,
      missing: findMissingOn(spec, input.cluster, input.isUndeclared),
      findGrants: (error: unknown, operations: readonly Operation[]) =>
        findGrants(error, spec.name, operations, input),
    };
    if (dryOutcome) {
      const checks = [...topic.checks, ...checkDryRun({ ...context, ...dryOutcome })];
      return addDryRun(makeResult(topic, checks, outcome), dryOutcome);
    }
    const checks = outcome ? checkRecords({ ...context, ...outcome }) : [];
    return makeResult(topic, [...topic.checks, ...checks], outcome);
  });
  const records = [...found.topics.values()].flatMap(({ read }) =>
    Array.isArray(read) ? read.flatMap(({ sent, readMs }) => (readMs === undefined ? [] : sent)) : [],
  );
  return { topics, records, leftovers: found.leftovers };
}

/** Refuses to write JSON next to records of another format, unless the topic declares it. */
async function refuseOtherTargets(
  input: SmokeInput,
  inspected: readonly InspectedTopic[],
  deadline: Deadline,
): Promise<InspectedTopic[]> {
  const names = inspected.flatMap(({ spec, target }) =>
    target && spec.smoke === "produce" && !spec.producesAnyway ? spec.name : [],
  );
  const others = await findOtherRecords(input, new Set(names), deadline);
  return inspected.map((topic) => {
    const other = others.get(topic.spec.name);
    return other ? refuseTarget(topic, other) : topic;
  });
}

/** The outcome of all records, by topic, and what the run left behind. */
type Found = {
  readonly topics: ReadonlyMap<string, TopicOutcome>;
  readonly leftovers: readonly string[];
  readonly clockAheadMs?: number | undefined;
};

const nothing: Found = { topics: new Map(), leftovers: [] };

async function sendAndRead(
  input: SmokeInput,
  targets: readonly Target[],
  { run, deadline, onProgress }: { run: string; deadline: Deadline; onProgress: Progress },
): Promise<Found> {
  const { connection } = input;
  const all = leftMs(deadline);
  const until = within(deadline, all - Math.min(cleanUpMs, cleanUpShare * all));
  const headers = { [runHeader]: run, "smoke-version": "1", "smoke-stack": input.stack };
  const producer = new RecordProducer(connection, headers, input.retries);
  const patience = within(until, patienceMs);
  onProgress(`writing to ${countOf(targets.length, "topic")}`);
  const writing = within(until, writingShare * leftMs(until));
  const written = await producer.sendRecords(targets, input.cluster, writing);
  const sent = new Map([...written].map(([topic, own]) => [topic, own.sent]));
  const groups = divideIntoGroups(run, sent, input.groups);
  onProgress(`reading ${countOf([...sent.values()].flat().length, "record")} back`);
  const [read, transactions] = await Promise.all([
    readBack(connection, groups, { deadline: until, patience, retries: input.retries }),
    findLongTransactions(input, written, until),
  ]);

  onProgress("cleaning up");
  // Clean-up also follows an interruption, so it has a deadline of its own.
  const cleanUpEnd = { at: Math.max(deadline.at, performance.now() + 1_000) };
  const compacted = targets
    .filter((target) => target.compacted)
    .flatMap(({ topic }) => sent.get(topic) ?? []);
  const half = within(cleanUpEnd, leftMs(cleanUpEnd) / 2);
  const tombstoned = await producer.sendTombstones(compacted, half);
  const errors = [...written.values()].flatMap((own) => [...own.errors.values()]);
  const clockAheadMs = errors.some(isTimestampRefused)
    ? await boundBy(cleanUpEnd, "the cluster's time", readClockAhead(connection)).catch(() => undefined)
    : undefined;
  const leftovers = await cleanUp(input, producer, [...groups.keys()], cleanUpEnd);
  const topics = [...written].map(
    ([topic, own]) =>
      [
        topic,
        {
          written: own,
          read: read.get(topic),
          tombstone: tombstoned.get(topic),
          transactions: transactions.get(topic),
        },
      ] as const,
  );
  return { topics: new Map(topics), leftovers, clockAheadMs };
}
