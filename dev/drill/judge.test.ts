import { expect, test } from "vitest";
import type { TopicSpec } from "../../kafka/topic.ts";
import { isFailure } from "./findings.ts";
import { findImpacts } from "./impact.ts";
import { findRecordFaults, findUnavailability, findUnrefusedWrites } from "./judge.ts";
import type { LeaderChange, WatchedPartition } from "./leader-watch.ts";
import type { AcknowledgedBatch, PartitionLedger } from "./ledger.ts";

const orders: TopicSpec = {
  name: "orders",
  partitions: 1,
  replicationFactor: 3,
  config: { "min.insync.replicas": "2" },
};
const place = { topic: "orders", partition: 0 };
const period = { from: 0, to: 10_000 };

/** From one moment on: this leader, none yet (undefined) or none that may lead (null), and these in-sync replicas. */
function change(at: number, leader: number | null | undefined, inSyncReplicas: number[]): LeaderChange {
  return { at, leader: leader ?? undefined, isOffline: leader === null, inSyncReplicas };
}

function acknowledge(sequence: number, at: number): AcknowledgedBatch {
  return { sequence, records: 1, offset: BigInt(sequence), sentAt: at, acknowledgedAt: at };
}

function impactsOf(changes: readonly LeaderChange[], ledger: Partial<PartitionLedger> = {}) {
  const watched: WatchedPartition = { ...place, ...change(0, 1, [1, 2, 3]), replicas: [1, 2, 3] };
  const full = { ...place, acknowledged: [], refused: [], nextSequence: 0, ...ledger };
  return findImpacts(period, [watched], new Map([["orders:0", changes]]), new Map([["orders:0", full]]));
}

test("A partition has no leader from the death of the old one to the election of the new one", () => {
  const acknowledged = [acknowledge(0, 900), acknowledge(1, 9_600), acknowledge(2, 9_900)];
  const changes = [change(-50, 1, [1, 2, 3]), change(1_000, undefined, [1, 2, 3]), change(9_000, 2, [2, 3])];
  expect(impactsOf(changes, { acknowledged })).toMatchObject([
    { leaders: [1, null, 2], withoutLeaderMs: 8_000, withoutAcknowledgementMs: 8_700, fewestInSync: 2 },
  ]);
});

test("A change of the in-sync replicas does not end the time without a leader", () => {
  const changes = [change(1_000, undefined, [1, 2]), change(3_000, null, []), change(4_000, 2, [2])];
  expect(impactsOf(changes)).toMatchObject([
    { leaders: [null, 2], withoutLeaderMs: 3_000, wasOffline: true },
  ]);
});

test("A topic is unavailable if no replica may lead, but not while a new leader is elected", () => {
  const elected = impactsOf([change(0, 1, [1, 2, 3]), change(500, undefined, [1]), change(900, 2, [2, 3])]);
  expect(findUnavailability("kill", orders, elected)).toEqual([]);
  const offline = impactsOf([change(0, 1, [1]), change(500, null, [])]);
  expect(findUnavailability("kill", orders, offline)).toMatchObject([
    { code: "TOPIC_UNAVAILABLE", partitions: [0], ms: 9_500 },
  ]);
});

test("Writes are refused if a leader reports too few in-sync replicas", () => {
  const refused = [{ at: 2_000, reason: "NOT_ENOUGH_REPLICAS_AFTER_APPEND" }];
  const impacts = impactsOf([change(0, 3, [3])], { refused });
  expect(findUnavailability("second-kill", orders, impacts)).toMatchObject([
    { code: "WRITES_REFUSED", partitions: [0], expected: 2, observed: 1 },
  ]);
});

test("A write that is acknowledged with too few replicas in sync is a failure", () => {
  const changes = new Map([
    ["orders:0", [change(0, 1, [1, 2]), change(2_000, 1, [1]), change(8_000, 1, [1, 2])]],
  ]);
  const find = (at: number) => {
    const ledger = { ...place, acknowledged: [acknowledge(0, at)], refused: [], nextSequence: 1 };
    return findUnrefusedWrites("second-kill", orders, period, changes, [ledger]);
  };
  expect(find(1_000)).toEqual([]);
  const found = find(5_000);
  expect(found).toMatchObject([{ code: "WRITES_NOT_REFUSED", expected: 2, observed: 1 }]);
  expect(found.every(isFailure)).toBe(true);
});

test("A lost record is a failure, unless the topic allows an unclean election", () => {
  const lost = [{ sequence: 7, offset: 7n }];
  const verdict = {
    ...place,
    acknowledged: 9,
    readBack: 8,
    lost,
    duplicated: [1],
    reordered: [2],
    unacknowledged: 0,
  };
  const found = findRecordFaults("kill", orders, verdict);
  expect(found.map(({ code }) => code)).toEqual(["RECORDS_LOST", "RECORDS_DUPLICATED", "RECORDS_REORDERED"]);
  expect(found.every(isFailure)).toBe(true);
  const unclean = { ...orders, config: { "unclean.leader.election.enable": "true" } };
  const [allowed] = findRecordFaults("kill", unclean, verdict);
  expect(allowed).toMatchObject({ code: "RECORDS_LOST_BY_UNCLEAN_ELECTION", lost });
  expect(allowed && isFailure(allowed)).toBe(false);
});
