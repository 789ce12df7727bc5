import { existsSync, readFileSync } from "node:fs";
import { reviewVariable } from "../infra/lacked-rights.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { stackConfigPath } from "../machine/paths.ts";
import type { Problems, ReviewConfig, Reviewed } from "./review-stack-file.ts";

/** For a review that connects as the deployment does. */
const sameConfig: ReviewConfig = {
  flags: [],
  environment: { [reviewVariable]: "true" },
  [Symbol.dispose]: () => {},
};

/**
 * Prepares the config of a stack for commands that only read: `kafka-topics:reviewAs` and the variables with the prefix
 * `REVIEW_` replace the deployment's credentials, which are then not decrypted. With a base, everything that a connection
 * and the secrets depend on is the base's, so that a change of the working tree's file cannot send a password anywhere.
 * @throws Error if the stack's file is not valid YAML
 */
export async function prepareReview(stack: string, reviewed?: Reviewed): Promise<ReviewConfig | Problems> {
  if (!reviewed && !namesReviewer(stack)) return sameConfig;
  // Loaded only here, because it parses the stack's file.
  const { writeReviewFile } = await import("./review-stack-file.ts");
  return (await writeReviewFile(stack, reviewed)) ?? sameConfig;
}

/**
 * Prepares the config of a stack as `prepareReview` does.
 * @throws RefusedError if the review may not connect
 */
export async function requireReview(stack: string): Promise<ReviewConfig> {
  const prepared = await prepareReview(stack);
  if ("problems" in prepared) throw new RefusedError(prepared.problems);
  return prepared;
}

/** Whether the stack's file or the environment may name a principal for reviews. */
function namesReviewer(stack: string): boolean {
  if (Object.keys(process.env).some((name) => name.startsWith("REVIEW_"))) return true;
  const file = stackConfigPath(stack);
  return existsSync(file) && readFileSync(file, "utf8").includes("reviewAs");
}
