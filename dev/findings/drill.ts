import type { DrillFinding } from "../drill/findings.ts";
import { describeFinding } from "../drill/wording.ts";
import type { CodeEntry, FindingsSection } from "./section.ts";

const entry = (finding: DrillFinding, meaning: string): CodeEntry => ({
  meaning,
  message: describeFinding(finding),
});
const [topic, partition] = ["orders", 0];
const lost = [17n, 18n, 19n].map((offset) => ({ sequence: Number(offset), offset }));

const codes = {
  TOPIC_UNAVAILABLE: entry(
    {
      step: "kill",
      topic,
      code: "TOPIC_UNAVAILABLE",
      partitions: [1],
      replicationFactor: 1,
      ms: 12_300,
    },
    "No replica could lead: every replica in sync was on a broker that was down. Expected.",
  ),
  WRITES_REFUSED: entry(
    {
      step: "second-kill",
      topic,
      code: "WRITES_REFUSED",
      partitions: [0, 1, 2],
      expected: 2,
      observed: 1,
      ms: 14_600,
    },
    "Fewer replicas than `min.insync.replicas` were in sync, so the leader refused writes. Expected.",
  ),
  RECORDS_LOST_BY_UNCLEAN_ELECTION: entry(
    { step: "unclean-election", topic, partition, code: "RECORDS_LOST_BY_UNCLEAN_ELECTION", lost },
    "The topic allows a replica that is not in sync to lead, and one did. Expected.",
  ),
  RECORDS_LOST: entry(
    { step: "kill", topic, partition, code: "RECORDS_LOST", lost },
    "Acknowledged records are missing.",
  ),
  RECORDS_DUPLICATED: entry(
    { step: "kill", topic, partition, code: "RECORDS_DUPLICATED", sequences: [4, 5] },
    "The log contains records more than once, although the producer is idempotent.",
  ),
  RECORDS_REORDERED: entry(
    { step: "kill", topic, partition, code: "RECORDS_REORDERED", sequences: [4, 5] },
    "The log does not contain the records in the order in which they were sent.",
  ),
  WRITES_NOT_REFUSED: entry(
    {
      step: "second-kill",
      topic,
      code: "WRITES_NOT_REFUSED",
      partitions: [0, 1, 2],
      expected: 2,
      observed: 1,
    },
    "A leader acknowledged records with fewer replicas in sync than `min.insync.replicas`.",
  ),
  REPLICAS_OUT_OF_SYNC: entry(
    { step: "pause", topic, code: "REPLICAS_OUT_OF_SYNC", partitions: [0, 2] },
    "All brokers are up, but replicas are not in sync after a minute.",
  ),
  SMOKE_FAILED: entry(
    {
      step: "second-kill",
      topic,
      code: "SMOKE_FAILED",
      observed: ["partition 0 (offset 17): written, but not read in time. Check the load of the brokers."],
    },
    "The smoke suite fails after all brokers are back.",
  ),
} satisfies Record<DrillFinding["code"], CodeEntry>;

/** What happens to a topic when brokers fail. */
export const drillSection: FindingsSection = {
  title: "Drill",
  intro:
    "Reported by `npm run drill`, in `findings` of its JSON. Findings that are expected follow from the settings of the " +
    "topic; any other finding fails the drill.",
  codes,
};
