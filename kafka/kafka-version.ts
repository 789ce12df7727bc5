/** The first release with each level of the feature `metadata.version`, org.apache.kafka.server.common.MetadataVersion. */
const firstLevels = [
  ["4.4", 31],
  ["4.3", 30],
  ["4.2", 28],
  ["4.1", 26],
  ["4.0", 22],
  ["3.9", 21],
  ["3.8", 20],
  ["3.7", 15],
  ["3.6", 12],
  ["3.5", 9],
  ["3.4", 8],
  ["3.3", 4],
] as const;

/**
 * Finds the release of Kafka by a level of `metadata.version`.
 * @returns `4.3`; `later than 4.4` for a level that is not known here; undefined for one before 3.3
 */
export function releaseOf(level: number): string | undefined {
  const [newest] = firstLevels;
  if (level > newest[1]) return `later than ${newest[0]}`;
  return firstLevels.find(([, first]) => level >= first)?.[0];
}
