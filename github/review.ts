import { existsSync, readFileSync } from "node:fs";
import { messageOf } from "../machine/errors.mjs";
import { renderReviewFile } from "../ops/review/markdown.ts";
import { parseReviewFile } from "../ops/review/review-file.ts";
import type { Job } from "./job.ts";
import { linkRun } from "./text.ts";

/**
 * Reads the JSON of a review and renders it as Markdown. The file is input like any other: the job that wrote it has read a
 * pull request.
 * @returns that the review could not run, if there is no file: a comment on an earlier commit must not stay
 * @throws Error if the file is not the JSON of a review
 */
export function readReview(job: Job, file: string): string {
  if (!existsSync(file))
    return `## The review could not run\n\n[The log of the run](${linkRun(job)}) has the reason.\n`;
  let json = "";
  try {
    json = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`${file} cannot be read: ${messageOf(error)}`);
  }
  return renderReviewFile(parseReviewFile(json, file));
}
