import { expect, test } from "vitest";
import type { PartitionLedger } from "./ledger.ts";
import { drawTimeline } from "./picture.ts";
import type { Recording } from "./recording.ts";
import { brokerSpans, topicTimeline } from "./timeline.ts";

const orders = { name: "orders", partitions: 1, replicationFactor: 2, config: {} };

/** A record every 100 ms, except for 3 s; in the last 2 of them the leader refuses records. */
const ledger: PartitionLedger = {
  topic: "orders",
  partition: 0,
  acknowledged: Array.from({ length: 60 }, (_, at) => at * 100)
    .filter((at) => at < 2_000 || at >= 5_000)
    .map((at, sequence) => ({
      sequence,
      records: 1,
      offset: BigInt(sequence),
      sentAt: 1_000 + at,
      acknowledgedAt: 1_000 + at,
    })),
  refused: Array.from({ length: 20 }, (_, at) => ({
    at: 1_000 + 3_000 + at * 100,
    reason: "NOT_ENOUGH_REPLICAS",
  })),
  nextSequence: 30,
};

const recording: Recording = {
  from: 1_000,
  to: 7_000,
  topics: [orders],
  events: [
    { at: 3_000, broker: 1, what: "killed" },
    { at: 6_000, broker: 1, what: "started" },
    { at: 6_500, broker: 2, what: "paused" },
  ],
  changes: new Map([
    [
      "orders:0",
      [
        { at: 500, leader: 1, isOffline: false, inSyncReplicas: [1, 2] },
        { at: 3_000, leader: undefined, isOffline: false, inSyncReplicas: [1, 2] },
        { at: 4_000, leader: undefined, isOffline: true, inSyncReplicas: [] },
        { at: 6_000, leader: 2, isOffline: false, inSyncReplicas: [2] },
      ],
    ],
  ]),
  ledgers: [ledger],
  pauses: [],
  steps: [{ step: "kill", brokers: [1], from: 2_000, to: 5_000, partitions: [] }],
  verdicts: [
    {
      topic: "orders",
      partition: 0,
      acknowledged: 30,
      readBack: 29,
      lost: [{ sequence: 0, offset: 0n }],
      duplicated: [],
      reordered: [],
      unacknowledged: 0,
    },
  ],
};

test("A broker is down until it is started or resumed, or until the end", () => {
  expect(brokerSpans(recording)).toEqual([
    { broker: 1, kind: "killed", from: 2, to: 5 },
    { broker: 2, kind: "paused", from: 5.5, to: 6 },
  ]);
});

test("The row of a topic shows its leaders, its records per second, and when and why there were none", () => {
  const { partitions, rates, silences } = topicTimeline(orders, recording);
  expect(partitions.map(({ kind, from, to }) => [kind, from, to])).toEqual([
    ["led by 1", 0, 2],
    ["leader down", 2, 3],
    ["offline", 3, 5],
    ["led by 2", 5, 6],
  ]);
  expect(rates.map(({ kept }) => kept)).toEqual([8, 10, 10, 10, 0, 0, 0, 0, 0, 0, 10, 10]);
  expect(rates[0]?.lost).toBe(2);
  expect(silences).toEqual([
    { kind: "silent", from: 2, to: 3 },
    { kind: "refused", from: 3, to: 5 },
  ]);
});

test("While the load is paused, no record is missing", () => {
  const { silences } = topicTimeline(orders, { ...recording, pauses: [{ from: 3_000, to: 6_000 }] });
  expect(silences).toEqual([]);
});

test("The picture has a row for each topic, and shows the broker that was killed", async () => {
  const svg = await drawTimeline(recording);
  for (const text of ["orders: 2 replicas, min.insync.replicas 1", "one killed", "broker 1", "seconds"])
    expect(svg).toContain(`>${text}</text>`);
});
