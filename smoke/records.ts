import { explain } from "../kafka/causes.ts";
import type { SentRecord, Target } from "./produce.ts";
import type { ReadRecord } from "./read-back.ts";
import type { Check } from "./result.ts";

/**
 * What became of a topic's records, each an error where kafkajs gave them up together.
 * @param tombstone why the records' keys could not be marked as deleted, if so
 */
export function checkRecords(
  { topic, partitions }: Target,
  written: SentRecord[] | Error | undefined,
  read: ReadRecord[] | Error | undefined,
  tombstone: Error | undefined,
  principal: string,
): Check[] {
  const group = "records";
  const all = `${partitions.length} records`;
  const passed = { expected: all, observed: all, verdict: "passed" } as const;
  if (!Array.isArray(written)) {
    const cause = explain(written, { permission: `WRITE on topic ${topic}`, principal });
    return [{ group, name: "written", expected: all, observed: "refused", verdict: "failed", cause }];
  }
  const checks: Check[] = [{ group, name: "written", ...passed }];
  const failures = Array.isArray(read) ? read.filter(({ failure }) => failure) : [];
  if (!Array.isArray(read)) {
    const cause = explain(read, { permission: `READ on topic ${topic}`, principal });
    checks.push({ group, name: "read back", expected: all, observed: "none", verdict: "failed", cause });
  } else if (failures.length > 0) {
    const places = failures.map(
      ({ sent, failure }) => `partition ${sent.partition}, offset ${sent.offset}: ${failure}`,
    );
    const cause = `${places.join("; ")}. Is the broker overloaded, or does something rewrite the topic?`;
    const observed = `${read.length - failures.length} records`;
    checks.push({ group, name: "read back", expected: all, observed, verdict: "failed", cause });
  } else {
    checks.push({ group, name: "read back", ...passed });
  }
  if (tombstone) {
    const cause = `the keys smoke-… stay in the compacted topic: ${explain(tombstone, { principal })}`;
    checks.push({ group, name: "tombstones", expected: all, observed: "refused", verdict: "warning", cause });
  }
  return checks;
}
