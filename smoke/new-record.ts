/** A record to send; a null value makes it a tombstone. */
export type NewRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
};

/** The default `max.request.size` of the Java producer: every broker accepts that much. */
const maxRequestBytes = 1024 * 1024;

/** A generous estimate of what a record takes besides its key and value. */
const overheadBytes = 300;

/** Splits records into requests that every broker accepts. A record above the limit gets a request of its own. */
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
