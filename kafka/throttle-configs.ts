/** The configs of a topic with its throttled replicas: `partition:broker,…`, or `*` for all. */
export const throttledReplicas = [
  "leader.replication.throttled.replicas",
  "follower.replication.throttled.replicas",
] as const;

/** The configs of a broker with its rates, in bytes per second: what it sends as a leader and receives as a follower. */
export const throttleRates = [
  "leader.replication.throttled.rate",
  "follower.replication.throttled.rate",
] as const;
