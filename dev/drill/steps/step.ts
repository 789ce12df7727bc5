import type { DrillContext } from "../drill-context.ts";
import type { StepName } from "../findings.ts";

/** Something that the drill does to the brokers while records flow. */
export type Step = {
  readonly name: StepName;
  /** In the imperative, for the user. */
  readonly title: string;
  /**
   * @returns the brokers that it took down
   * @throws NotSeenError if the cluster does not react in time
   */
  readonly run: (drill: DrillContext) => Promise<number[]>;
};
