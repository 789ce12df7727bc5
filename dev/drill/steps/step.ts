import type { DrillContext } from "../drill-context.ts";
import type { StepName } from "../findings.ts";

/** Something that is done to the brokers while records flow. */
export type Step = {
  readonly name: StepName;
  /** In the imperative, for people. */
  readonly title: string;
  /**
   * @returns the brokers that it took down
   * @throws NotSeenError when the cluster does not react
   */
  readonly run: (drill: DrillContext) => Promise<number[]>;
};
