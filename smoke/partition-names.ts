/** How many of many partitions are named. */
const namedPartitions = 10;

/** `partition 3`, `partitions 0, 1, 2`, or the first ten and the number of others. */
export function namePartitions(partitions: readonly (number | string)[]): string {
  const named = partitions.slice(0, namedPartitions).join(", ");
  const more =
    partitions.length > namedPartitions ? ` and ${partitions.length - namedPartitions} others` : "";
  return `${partitions.length === 1 ? "partition" : "partitions"} ${named}${more}`;
}
