import { countOf, describeValue } from "../../kafka/describe-value.ts";
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
): [Risk, string] {
  const [from, to] = [before(key), after(key)];
  const change = `${key} ${describe(key, from)} → ${describe(key, to)}`;
  if (key === "cleanup.policy") {
    if (to === "") return ["care", `${change}: every record is kept, and takes room`];
    const sorted = [from, to].map((policies) => policies?.split(",").sort().join());
    if (sorted[0] === sorted[1]) return ["care", `${change}: the same policies`];
    return ["records lost", `${change}: ${describeCleanup(to, after, records)}`];
  }
  if (retentions.includes(key)) {
    const isDeleting = [before, after].some((one) => one("cleanup.policy")?.includes("delete") ?? true);
    if (!isDeleting) return ["care", `${change}: it means nothing while records are not deleted`];
    if (from !== undefined && to !== undefined && limitOf(to) >= limitOf(from)) {
      return ["safe", `${change}: records are kept for longer`];
    }
    return ["records lost", `${change}: ${describeCut(key, to, records)}`];
  }
  if (key === "remote.storage.enable" && to !== "true") {
    return ["records lost", `${change}: records in remote storage can no longer be read, or are deleted`];
  }
  if (key === "unclean.leader.election.enable" && to === "true") {
    return ["care", `${change}: a replica that lacks records may become leader, and they are lost`];
  }
  if (key === "min.insync.replicas") {
    const replicas = to === undefined ? "the cluster's number of replicas" : countOf(Number(to), "replica");
    const meaning = `writes with acks=all need ${replicas} in sync`;
    return ["care", `${change}: ${meaning}`];
  }
  return ["care", change];
}

function describe(key: string, value: string | undefined): string {
  return value === undefined ? "the cluster's default" : value === "" ? "none" : describeValue(key, value);
}

function limitOf(value: string): number {
  return Number(value) < 0 ? Number.POSITIVE_INFINITY : Number(value);
}

function describeCut(key: string, to: string | undefined, records: RecordCount | undefined): string {
  if (!records || to === undefined) return "how many records are beyond it, the cluster did not tell";
  if (key === "retention.ms")
    return `about ${records.older.toLocaleString("en-US")} of ${records.all.toLocaleString("en-US")} records are older and are lost`;
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
