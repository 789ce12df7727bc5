import type { TopicSpec } from "../../../kafka/topic.ts";
import type { Measured } from "../run-measured.ts";

/** A way to have topics as code, measured beside others. */
export interface Column {
  /** Makes these all the topics that it declares. */
  declare(topics: readonly TopicSpec[]): void;
  /** Leaves it the state of one that has deployed nothing. */
  reset(): void;
  /**
   * Declares topics that differ in their names only, and leaves the state of one that has deployed them. It may leave
   * another topic on the cluster.
   */
  assumeDeployed(topics: readonly TopicSpec[]): Promise<void>;
  /** Shows what an update would do. @throws Error unless that is to change what `expected` says */
  preview(expected: "changes" | "no changes"): Promise<Measured>;
  /** Deploys what it declares. */
  up(): Promise<Measured>;
}
