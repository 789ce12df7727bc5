/** The same records on how many topics, of how many partitions and replicas. */
export type Loads = {
  readonly topics: readonly number[];
  readonly partitions: readonly number[];
  readonly replicationFactors: readonly number[];
  /** Of 1,000 bytes each. */
  readonly records: number;
  readonly runs: number;
};

/** 100 MB each time. */
export const fullLoads: Loads = {
  topics: [1, 10, 100, 500, 1_000],
  partitions: [1, 6],
  replicationFactors: [1, 3],
  records: 100_000,
  runs: 3,
};

/** The least that shows that it works. */
export const quickLoads: Loads = {
  topics: [2],
  partitions: [1],
  replicationFactors: [1],
  records: 1_000,
  runs: 1,
};
