import { type EvaluatedCatalogue, namesIn } from "../../infra/evaluated-catalogue.ts";
import { reportProblem } from "../../infra/findings-file.ts";
import { prepareReview } from "../../pulumi/review-config.ts";
import { readPlainConfig } from "../../pulumi/stack-config.ts";
import { exportState } from "../../pulumi/state.ts";
import { findRecreated } from "../recreation.ts";
import { type Comparison, startComparison } from "./compare-settings.ts";
import type { Doubt, Review } from "./findings.ts";
import { judgePreview, noPreview, readReview } from "./read-review.ts";
import { hashReview } from "./review-hash.ts";

/** What else a review takes into account. */
export type ReviewExtras = {
  /** What it does not cover. */
  readonly doubts?: readonly Doubt[];
  /** The topics that the update creates again if they are no longer on the cluster, by name, or `*`. */
  readonly recreated?: readonly string[];
};

/**
 * Reviews an update of a stack to a catalogue with the credentials of a review, which may only read.
 * @param allowed the topics that may lose records, by name, or `*`
 * @param given with a base, the connections are those of its commit instead of the working tree's
 * @returns a failed review with the reason, if nothing may be connected or the engine returns no preview
 */
export async function readAsReviewer(
  stack: string,
  allowed: readonly string[],
  catalogue: EvaluatedCatalogue,
  given: Comparison,
  { doubts = [], recreated = [] }: ReviewExtras = {},
): Promise<Review> {
  const { base } = given;
  const config = readPlainConfig(stack);
  // Awaited when it is needed, unless something else fails first.
  config.catch(() => {});
  const comparison = { ...given, config };
  const prepared = await prepareReview(stack, base && { base, config });
  if ("problems" in prepared) {
    const findings = { errors: prepared.problems.map(reportProblem), warnings: [] };
    const settings = await startComparison(stack, comparison)(undefined);
    const judged = judgePreview({ ...noPreview, findings }, new Map(), doubts, allowed, settings);
    return { stack, hash: hashReview(stack, catalogue), ...judged };
  }
  using reviewConfig = prepared;
  const state = exportState(stack);
  // Awaited below, unless something else fails first.
  state.catch(() => {});
  const forgotten = await findRecreated(stack, recreated, state, namesIn(catalogue), reviewConfig.connection);
  const options = { config: reviewConfig, state, forgotten };
  const review = await readReview(stack, allowed, catalogue, options, comparison);
  return { ...review, warnings: [...review.warnings, ...doubts] };
}
