import type { TopicSpec } from "../../../kafka/topic.ts";
import type { Measured } from "../run-measured.ts";

/** A way to manage topics as code, measured next to others. */
export interface Column {
  /** Declares these topics and no others. */
  declare(topics: readonly TopicSpec[]): void;
  /** Resets the state, as if nothing had been deployed. */
  reset(): void;
  /**
   * Declares topics that differ only in their names, and sets the state as if they had been deployed. It may leave one
   * other topic on the cluster.
   */
  assumeDeployed(topics: readonly TopicSpec[]): Promise<void>;
  /** Previews an update. @throws Error unless the preview shows what `expected` says */
  preview(expected: "changes" | "no changes"): Promise<Measured>;
  /** Deploys the declared topics. */
  up(): Promise<Measured>;
}
