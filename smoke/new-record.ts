/** A record to send; a value of null is a tombstone. */
export type NewRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
};

/** The Java producer's own limit of a request, `max.request.size`: every broker takes that much. */
const maxRequestBytes = 1024 * 1024;

/** What a record takes beside its key and value, generously. */
const overheadBytes = 300;

/** Splits records into requests that every broker takes. A record that is larger than a request should be has one of its own. */
export function splitBySize(records: readonly NewRecord[]): NewRecord[][] {
  const batches: NewRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const own = Buffer.byteLength(record.key + (record.value ?? "")) + overheadBytes;
    if (bytes + own > maxRequestBytes) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(record);
    bytes += own;
  }
  return batches;
}
