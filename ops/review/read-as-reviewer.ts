import type { EvaluatedCatalogue } from "../../infra/evaluated-catalogue.ts";
import { reportProblem } from "../../infra/findings-file.ts";
import type { BaseStack } from "../../pulumi/base-stack.ts";
import { prepareReview } from "../../pulumi/review-config.ts";
import type { Review } from "./findings.ts";
import { judgePreview, noPreview, readReview } from "./read-review.ts";
import { hashReview } from "./review-hash.ts";

/**
 * Reviews an update of a stack to a catalogue with the credentials of a review, which may only read.
 * @param allowed the topics that may lose records, by name, or `*`
 * @param base the commit whose connections are used instead of the working tree's
 * @returns a failed review with the reason, if nothing may be connected or the engine returns no preview
 */
export async function readAsReviewer(
  stack: string,
  allowed: readonly string[],
  catalogue: EvaluatedCatalogue,
  base?: BaseStack,
): Promise<Review> {
  const prepared = await prepareReview(stack, base);
  if ("problems" in prepared) {
    const findings = { errors: prepared.problems.map(reportProblem), warnings: [] };
    const judged = judgePreview({ ...noPreview, findings }, new Map(), [], allowed);
    return { stack, hash: hashReview(stack, catalogue), ...judged };
  }
  using config = prepared;
  return await readReview(stack, allowed, catalogue, { config });
}
