import { type Attempt, explain } from "../kafka/causes.ts";
import type { Target, Written } from "./produce.ts";
import type { ReadRecord } from "./read-back.ts";
import { describeReadFailures, namePartitions } from "./read-failure.ts";
import type { Check } from "./result.ts";

const group = "records";

/**
 * What became of a topic's records.
 * @param read the records that were sent, or the error that kept them all from being read
 * @param tombstone why the records' keys could not be marked as deleted, if so
 */
export function checkRecords(
  { topic, partitions }: Pick<Target, "topic" | "partitions">,
  { sent, errors }: Written,
  read: readonly ReadRecord[] | Error | undefined,
  tombstone: Error | undefined,
  attempt: Omit<Attempt, "permission">,
): Check[] {
  const checks = [checkWritten(topic, partitions.length, { sent, errors }, attempt)];
  if (sent.length > 0) checks.push(checkRead(topic, sent.length, read, attempt));
  if (tombstone) {
    const cause = `the keys smoke-… stay in the compacted topic: ${explain(tombstone, attempt)}`;
    const expected = describeCount(sent.length);
    checks.push({ group, name: "tombstones", expected, observed: "refused", verdict: "warning", cause });
  }
  return checks;
}

function checkWritten(topic: string, count: number, { sent, errors }: Written, attempt: Attempt): Check {
  const expected = describeCount(count);
  if (errors.size === 0) return { group, name: "written", expected, observed: expected, verdict: "passed" };
  const permission = `WRITE on topic ${topic}`;
  const causes = Map.groupBy([...errors], ([, error]) => explain(error, { ...attempt, permission }));
  const cause = [...causes].map(([words, own]) => {
    // That no partition was written to goes without their numbers.
    if (own.length === count) return words;
    return `${namePartitions(own.map(([partition]) => partition))}: ${words}`;
  });
  const observed = sent.length === 0 ? "refused" : describeCount(sent.length);
  return { group, name: "written", expected, observed, verdict: "failed", cause: cause.join(" ") };
}

function checkRead(
  topic: string,
  count: number,
  read: readonly ReadRecord[] | Error | undefined,
  attempt: Attempt,
): Check {
  const check = { group, name: "read back", expected: describeCount(count) } as const;
  if (!read || read instanceof Error) {
    const cause = explain(read, { ...attempt, permission: `READ on topic ${topic}` });
    return { ...check, observed: "none", verdict: "failed", cause };
  }
  const failures = read.flatMap(({ sent: { partition, offset }, failure }) =>
    failure ? [{ partition, offset, failure }] : [],
  );
  if (failures.length === 0) return { ...check, observed: check.expected, verdict: "passed" };
  const observed = describeCount(read.length - failures.length);
  return { ...check, observed, verdict: "failed", cause: describeReadFailures(failures) };
}

function describeCount(count: number): string {
  return count === 1 ? "1 record" : `${count} records`;
}
