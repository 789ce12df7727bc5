/** Why a record did not come back as it was sent. */
export type ReadFailure = {
  readonly code: "CHANGED" | "DELETED" | "INTERRUPTED" | "LATE" | "NO_LEADER" | "THROTTLED";
  /** In words, without what to do. */
  readonly words: string;
};

/** What to do about each. */
const nextSteps: Readonly<Record<ReadFailure["code"], string>> = {
  CHANGED: "Does something rewrite the topic?",
  DELETED: 'Raise retention.ms or retention.bytes, or declare smoke: "metadata".',
  INTERRUPTED: "Run it again.",
  LATE: "Is the broker overloaded? Run it again, or with a longer --timeout.",
  NO_LEADER: "Bring the brokers of its replicas back.",
  THROTTLED: "Raise the quota consumer_byte_rate, or give the run more time with --timeout.",
};

/** How many partitions are named that fail for the same reason. */
const namedPartitions = 10;

/** `partition 3`, `partitions 0, 1, 2`, or the first ten and how many others there are. */
export function namePartitions(partitions: readonly (number | string)[]): string {
  const named = partitions.slice(0, namedPartitions).join(", ");
  const more =
    partitions.length > namedPartitions ? ` and ${partitions.length - namedPartitions} others` : "";
  return `${partitions.length === 1 ? "partition" : "partitions"} ${named}${more}`;
}

/** The failures of one topic's records in one line, those with the same words together. */
export function describeReadFailures(
  failures: readonly { readonly partition: number; readonly offset: string; readonly failure: ReadFailure }[],
): string {
  const byWords = [...Map.groupBy(failures, ({ failure }) => failure.words)].map(([words, own]) => {
    const places = own.map(({ partition, offset }) => `${partition} (offset ${offset})`);
    return `${namePartitions(places)}: ${words}`;
  });
  const steps = new Set(failures.map(({ failure }) => nextSteps[failure.code]));
  return `${byWords.join("; ")}. ${[...steps].join(" ")}`;
}
