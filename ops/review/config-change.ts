import { countOf, describeValue } from "../../infra/describe-value.ts";
import type { RecordCount } from "../../kafka/record-counts.ts";
import type { Risk } from "./change.ts";

/** A topic's configs before and after, as they count: its own, else the cluster's. Undefined: nobody could tell. */
export type Effective = (key: string) => string | undefined;

/** Configs whose smaller value makes records go, with what their end means. */
const retentions = ["retention.ms", "retention.bytes"];

/**
 * What a change of one config means for a topic.
 * @param records undefined when the cluster did not tell
 */
export function judgeConfig(
  key: string,
  before: Effective,
  after: Effective,
  records: RecordCount | undefined,
): { risk: Risk; what: string } {
  const [from, to] = [before(key), after(key)];
  const change = `${key} ${describe(key, from)} → ${describe(key, to)}`;
  if (key === "cleanup.policy") {
    if (to === "") return { risk: "care", what: `${change}: every record is kept, and takes room` };
    return { risk: "records lost", what: `${change}: ${describeCleanup(to, after, records)}` };
  }
  if (retentions.includes(key)) {
    const isDeleting = [before, after].some((one) => one("cleanup.policy")?.includes("delete") ?? true);
    if (!isDeleting)
      return { risk: "care", what: `${change}: it means nothing while the topic is only compacted` };
    if (from !== undefined && to !== undefined && limitOf(to) >= limitOf(from)) {
      return { risk: "safe", what: `${change}: records are kept for longer` };
    }
    return { risk: "records lost", what: `${change}: ${describeCut(key, records)}` };
  }
  if (key === "remote.storage.enable" && to !== "true") {
    return {
      risk: "records lost",
      what: `${change}: records in remote storage can no longer be read, or are deleted`,
    };
  }
  if (key === "unclean.leader.election.enable" && to === "true") {
    return {
      risk: "care",
      what: `${change}: a replica that lacks records may become leader, and they are lost`,
    };
  }
  if (key === "min.insync.replicas") {
    const replicas = to === undefined ? "the cluster's number of replicas" : countOf(Number(to), "replica");
    const meaning = `writes with acks=all need ${replicas} in sync`;
    return { risk: "care", what: `${change}: ${meaning}` };
  }
  return { risk: "care", what: change };
}

function describe(key: string, value: string | undefined): string {
  return value === undefined ? "the cluster's default" : value === "" ? "none" : describeValue(key, value);
}

function limitOf(value: string): number {
  return Number(value) < 0 ? Number.POSITIVE_INFINITY : Number(value);
}

function describeCut(key: string, records: RecordCount | undefined): string {
  if (!records) return "the records beyond it are lost; how many, the cluster did not tell";
  if (key === "retention.ms")
    return `about ${count(records.older)} of ${count(records.all)} records are older and are lost`;
  return `the oldest of about ${countOf(records.all, "record")} are lost where a partition is larger`;
}

function describeCleanup(to: string | undefined, after: Effective, records: RecordCount | undefined): string {
  const of = records
    ? `of about ${countOf(records.all, "record")}`
    : "of its records, whose number the cluster did not tell,";
  if (to === "compact") return `${of} only the last of each key is kept`;
  const age = after("retention.ms");
  const old = `those older than ${age === undefined ? "its retention" : describeValue("retention.ms", age)} are lost`;
  if (to?.includes("compact")) return `${of} only the last of each key is kept, and ${old}`;
  return `${of} ${old}, the last of a key too`;
}

/** `1,204,332`. */
function count(number: number): string {
  return number.toLocaleString("en-US");
}
