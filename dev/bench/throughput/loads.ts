/** How the same records are spread: over how many topics, with how many partitions and replicas. */
export type Loads = {
  readonly topics: readonly number[];
  readonly partitions: readonly number[];
  readonly replicationFactors: readonly number[];
  /** Each has 1,000 bytes. */
  readonly records: number;
  readonly runs: number;
};

/** 100 MB for each load. */
export const fullLoads: Loads = {
  topics: [1, 10, 100, 500, 1_000],
  partitions: [1, 6],
  replicationFactors: [1, 3],
  records: 100_000,
  runs: 3,
};

/** The smallest loads that show that the benchmark works. */
export const quickLoads: Loads = {
  topics: [2],
  partitions: [1],
  replicationFactors: [1],
  records: 1_000,
  runs: 1,
};
