import type { NewTopic } from "../../kafka/create-request.ts";
import { keyOf } from "../../kafka/place.ts";
import { isTooFewReplicas, spansWithin } from "./impact.ts";
import type { PartitionLedger } from "./ledger.ts";
import type { Recording } from "./recording.ts";

/** Records are counted per period of this length. */
const binMs = 500;

/** Something that lasted for a while, in s from the moment when records began to flow. */
export type Span<Kind extends string> = { readonly from: number; readonly to: number; readonly kind: Kind };

/** A broker that was down. */
export type BrokerSpan = Span<"killed" | "paused" | "stopped"> & { readonly broker: number };

/** Who led a partition: a broker, no broker yet, or none because no replica may lead. */
export type PartitionSpan = Span<`led by ${number}` | "leader down" | "offline"> & {
  readonly partition: number;
};

/** How many records a topic acknowledged per second; those that were lost later are counted separately. */
export type Rate = { readonly at: number; readonly kept: number; readonly lost: number };

/** A topic's row. */
export type TopicTimeline = {
  readonly topic: NewTopic;
  readonly rates: readonly Rate[];
  /** When no partition acknowledged a record. */
  readonly silences: readonly Span<"silent" | "refused">[];
  readonly partitions: readonly PartitionSpan[];
};

/** Derives what the picture shows about the brokers. */
export function brokerSpans({ from, to, events }: Recording): BrokerSpan[] {
  return events.flatMap(({ at, broker, what }) => {
    if (what === "resumed" || what === "started") return [];
    const end = events.find((event) => {
      return event.broker === broker && event.at > at && ["resumed", "started"].includes(event.what);
    });
    return [{ broker, kind: what, ...inSeconds({ from: at, to: end?.at ?? to }, from) }];
  });
}

/** Derives what the picture shows about a topic. */
export function topicTimeline(topic: NewTopic, recording: Recording): TopicTimeline {
  const { from, to, changes, verdicts } = recording;
  const ledgers = recording.ledgers.filter((ledger) => ledger.topic === topic.name);
  const lost = new Map(
    verdicts.map((verdict) => [keyOf(verdict), new Set(verdict.lost.map(({ sequence }) => sequence))]),
  );
  const rates = countRates(recording, ledgers, lost);
  return {
    topic,
    rates,
    silences: findSilences(recording, ledgers, rates),
    partitions: ledgers.flatMap((ledger) =>
      spansWithin({ from, to }, changes.get(keyOf(ledger)) ?? []).map(({ leader, isOffline, ...span }) => ({
        partition: ledger.partition,
        kind: leader !== undefined ? (`led by ${leader}` as const) : isOffline ? "offline" : "leader down",
        ...inSeconds(span, from),
      })),
    ),
  };
}

function countRates(
  { from, to }: Recording,
  ledgers: readonly PartitionLedger[],
  lost: ReadonlyMap<string, ReadonlySet<number>>,
): Rate[] {
  const bins = Array.from({ length: Math.ceil((to - from) / binMs) }, () => ({ kept: 0, lost: 0 }));
  for (const ledger of ledgers)
    for (const { sequence, records, acknowledgedAt } of ledger.acknowledged) {
      const bin = bins[Math.floor((acknowledgedAt - from) / binMs)];
      const isLost = lost.get(keyOf(ledger))?.has(sequence);
      if (bin) bin[isLost ? "lost" : "kept"] += (records * 1000) / binMs;
    }
  return bins.map((bin, at) => ({ at: (at * binMs) / 1000, ...bin }));
}

/** In s. A shorter silence says more about the machine than about the cluster. */
const shortestSilence = 1;

/** Merges adjacent bins without a record into one silence, which counts as refused if a leader refused writes. */
function findSilences(
  { from, pauses }: Recording,
  ledgers: readonly PartitionLedger[],
  rates: readonly Rate[],
): Span<"silent" | "refused">[] {
  const refusedBins = new Set(
    ledgers
      .flatMap(({ refused }) => refused)
      .filter(({ reason }) => isTooFewReplicas(reason))
      .map(({ at }) => Math.floor((at - from) / binMs)),
  );
  const spans: { from: number; to: number; kind: "silent" | "refused" }[] = [];
  for (const [bin, { at, kept, lost }] of rates.entries()) {
    const begin = from + at * 1000;
    const isPaused = pauses.some((pause) => pause.from < begin + binMs && pause.to > begin);
    if (kept + lost > 0 || isPaused) continue;
    const kind = refusedBins.has(bin) ? "refused" : "silent";
    const last = spans.at(-1);
    const to = at + binMs / 1000;
    if (last?.kind === kind && last.to === at) last.to = to;
    else spans.push({ from: at, to, kind });
  }
  return spans.filter((span) => span.to - span.from >= shortestSilence);
}

function inSeconds(span: { readonly from: number; readonly to: number }, origin: number) {
  return { from: (span.from - origin) / 1000, to: (span.to - origin) / 1000 };
}
