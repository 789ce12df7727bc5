import type { KafkaMessage } from "kafkajs";
import type { ReadFailure } from "./finding.ts";
import type { SentRecord } from "./produce.ts";

/** The outcome of reading one record back. */
export type ReadRecord = {
  readonly sent: SentRecord;
  /** From requesting the record until it arrived, in ms; absent if it did not come back as sent. */
  readonly readMs?: number;
  /** Why it did not come back as sent. */
  readonly failure?: ReadFailure;
};

/** Finds what differs from the sent record. Discloses nothing about another producer's record. */
export function findRecordChange(
  sent: Pick<SentRecord, "key" | "value" | "headers">,
  { key, value, headers }: Pick<KafkaMessage, "key" | "value" | "headers">,
): "headers" | "key" | "record" | "value" | undefined {
  const own = headers?.["smoke-run"]?.toString() === sent.headers["smoke-run"];
  if (!own) return "record";
  const seen = Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]));
  if (key?.toString() !== sent.key) return "key";
  if (value?.toString() !== sent.value) return "value";
  return JSON.stringify(seen) === JSON.stringify(sent.headers) ? undefined : "headers";
}
