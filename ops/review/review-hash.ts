import { existsSync, readFileSync } from "node:fs";
import { type EvaluatedCatalogue, hashReviewed } from "../../infra/evaluated-catalogue.ts";
import { stackConfigPath } from "../../machine/paths.ts";

/** Hashes what a review of a stack is about, so that `up --reviewed HASH` can refuse anything else. */
export function hashReview(stack: string, catalogue: EvaluatedCatalogue): string {
  const path = stackConfigPath(stack);
  return hashReviewed(catalogue, existsSync(path) ? readFileSync(path) : Buffer.alloc(0));
}
