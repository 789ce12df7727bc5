import { findOwnerByKeys, isSchemaHistory } from "../../kafka/internal-topics.ts";
import type { NewestRecord, UnreadCode } from "../../kafka/newest-records.ts";
import { isJson, isSmokeRecord } from "../../kafka/record-format.ts";
import type { DryRunReason } from "./findings.ts";

/** Limits for the keys that identify a topic's owner, to bound the memory. */
const [keysPerTopic, longestKeyBytes] = [20, 1000];

/** Collects what the newest records of topics show. */
export class RecordVerdicts {
  readonly #others = new Map<string, Pick<NewestRecord, "partition" | "offset">>();
  readonly #keys = new Map<string, string[]>();
  /** By topic: whether all its records are of a schema history. */
  readonly #histories = new Map<string, boolean>();
  readonly #smoked = new Set<string>();

  /**
   * Takes a record into account.
   * @returns whether it is a team's record with a value
   */
  readonly see = (record: NewestRecord): boolean => {
    const { topic, partition, offset, key, value } = record;
    if (isSmokeRecord(record)) {
      this.#smoked.add(topic);
      return false;
    }
    const keys = this.#keys.get(topic) ?? [];
    if (keys.length < keysPerTopic)
      this.#keys.set(topic, [...keys, textOf(key?.subarray(0, longestKeyBytes))]);
    if (value === null) return false;
    this.#histories.set(topic, (this.#histories.get(topic) ?? true) && isSchemaHistory(value));
    if (!isJson(value) && !this.#others.has(topic)) this.#others.set(topic, { partition, offset });
    return true;
  };

  /** Finds the software that a topic belongs to, by its records. */
  ownerOf(topic: string, isCompacted: boolean): string | undefined {
    if (this.#histories.get(topic)) return "Debezium";
    return isCompacted ? findOwnerByKeys(this.#keys.get(topic) ?? []) : undefined;
  }

  /**
   * Finds the reason why the smoke suite must not write JSON to a topic.
   * @param unread why some of the topic's newest records are unknown
   */
  reasonAgainst(topic: string, unread: UnreadCode | undefined): DryRunReason | undefined {
    const other = this.#others.get(topic);
    if (other) return { code: "RECORDS_NOT_JSON", partition: other.partition, offset: String(other.offset) };
    // All recent records are from the smoke suite.
    if (unread === undefined || (unread === "NO_VALUES" && this.#smoked.has(topic))) return undefined;
    return { code: "RECORDS_UNKNOWN", observed: unread };
  }
}

function textOf(bytes: Buffer | undefined): string {
  return bytes?.toString() ?? "";
}
