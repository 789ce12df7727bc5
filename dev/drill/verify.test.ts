import { expect, test } from "vitest";
import { type AcknowledgedBatch, Ledger } from "./ledger.ts";
import { type LoggedRecord, type PartitionVerdict, verify } from "./verify.ts";

const place = { topic: "orders", partition: 0 };

/** A ledger with this many batches of two records, of which these were acknowledged, each at its expected offset. */
function ledgerOf(batches: number, acknowledged: readonly number[]): Ledger {
  const ledger = new Ledger();
  for (let at = 0; at < batches; at++) {
    const sequence = ledger.send(place, 2);
    const batch: AcknowledgedBatch = {
      sequence,
      records: 2,
      offset: BigInt(sequence),
      sentAt: at,
      acknowledgedAt: at,
    };
    if (acknowledged.includes(at)) ledger.acknowledge(place, batch);
  }
  return ledger;
}

/** Verifies a log with these sequence numbers in this order. */
function judge(ledger: Ledger, sequences: readonly number[]): PartitionVerdict | undefined {
  const log = sequences.map((sequence, at): LoggedRecord => ({ sequence, offset: BigInt(at) }));
  return verify(ledger.read(), new Map([["orders:0", log]]))[0];
}

const sound = {
  ...place,
  acknowledged: 4,
  readBack: 4,
  lost: [],
  duplicated: [],
  reordered: [],
  unacknowledged: 0,
};

test("A log that holds every acknowledged record once and in order is sound", () => {
  expect(judge(ledgerOf(2, [0, 1]), [0, 1, 2, 3])).toEqual(sound);
});

test("An acknowledged record that is not in the log is lost, with the offset that the broker returned", () => {
  expect(judge(ledgerOf(2, [0, 1]), [0, 1, 3])).toEqual({
    ...sound,
    readBack: 3,
    lost: [{ sequence: 2, offset: 2n }],
  });
});

test("A partition with an empty log has lost everything that it acknowledged", () => {
  expect(verify(ledgerOf(1, [0]).read(), new Map())).toMatchObject([{ readBack: 0, lost: [{}, {}] }]);
});

test("A record that the log holds more than once is duplicated, but not out of order", () => {
  expect(judge(ledgerOf(2, [0, 1]), [0, 1, 0, 1, 2, 3, 3])).toEqual({ ...sound, duplicated: [0, 1, 3] });
});

test("A record behind a later one is out of order", () => {
  expect(judge(ledgerOf(2, [0, 1]), [2, 3, 0, 1])).toEqual({ ...sound, reordered: [0, 1] });
});

test("A record that was never acknowledged may or may not be in the log", () => {
  const ledger = ledgerOf(3, [0, 2]);
  expect(judge(ledger, [0, 1, 2, 3, 4, 5])).toEqual({ ...sound, unacknowledged: 2 });
  expect(judge(ledger, [0, 1, 4, 5])).toEqual(sound);
});

test("Records that were sent after the ledger was read are ignored", () => {
  expect(judge(ledgerOf(2, [0, 1]), [0, 1, 2, 3, 5, 4])).toEqual(sound);
});

test("A snapshot of the ledger does not change with later records", () => {
  const ledger = ledgerOf(1, [0]);
  const read = ledger.read();
  ledger.acknowledge(place, { sequence: 2, records: 2, offset: 2n, sentAt: 1, acknowledgedAt: 1 });
  expect(read[0]?.acknowledged).toHaveLength(1);
});
