/** One thing that was looked at. */
export type Check = {
  /** "exists", "partitions", "replication factor", "leaders", "records". */
  readonly name: string;
  readonly expected: string;
  readonly observed: string;
  readonly passed: boolean;
};

/** A record that came back as it was sent. Times are in ms. */
export type RecordResult = {
  readonly partition: number;
  readonly offset: string;
  /** From sending until all in-sync replicas had it. */
  readonly acknowledgedMs: number;
  /** From asking for it until it arrived; joining the consumer group is not part of it. */
  readonly readMs: number;
};

/** What the smoke suite found out about one topic. */
export type TopicResult = {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Empty for a topic that the catalogue takes out of the suite. */
  readonly checks: readonly Check[];
  /** In the order of the partitions. */
  readonly records: readonly RecordResult[];
};
