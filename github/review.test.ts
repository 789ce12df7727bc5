import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { ReviewFile } from "../ops/review/review-file.ts";
import { standForGitHub } from "../test/github-stand-in.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const gitHub = standForGitHub();

/** Posts a file with this content as a review, as the job that writes comments does. */
async function post(content: unknown) {
  const file = join(gitHub.folder, "review.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  const outcome = await gitHub.run("comment.ts", "", "--marker", "review-prod", "--review", file);
  return { ...outcome, body: gitHub.comments[0]?.body ?? "" };
}

const review: ReviewFile = {
  version: 1,
  stack: "prod",
  hash: "0".repeat(64),
  verdict: "caution",
  summary: "No change is known to lose records; 1 of 1 change needs caution.",
  settings: [],
  changes: [{ topic: "orders", risk: "caution", what: "2 → 3 partitions" }],
  errors: [],
  warnings: [{ code: "NOT_VALIDATED", message: "User:reader lacks rights" }],
};

test("A review is rendered from its JSON", async () => {
  expect(await post(review)).toMatchObject({ exitCode: 0, stderr: "" });
  const [{ body } = { body: "" }] = gitHub.comments;
  expect(body).toContain("## Review of stack prod: caution");
  expect(body).toContain("| 🟡\u00a0caution | orders | 2 → 3 partitions |");
  expect(body).toContain("User:reader lacks rights");
  expect(gitHub.summary()).toBe(body.replace("<!-- review-prod -->\n", ""));
});

test("A file that is no review is refused in a few lines, and no comment is written", async () => {
  const { exitCode, stderr } = await post({ ...review, summary: { toString: 1 }, hash: "x".repeat(100_000) });
  expect(exitCode).toBe(1);
  expect(stderr).toContain("hash: given");
  expect(stderr).toContain("summary: given { toString: 1 }, allowed: text");
  expect(stderr.length).toBeLessThan(2_000);
  expect(gitHub.comments).toEqual([]);
});

test("Without the JSON of a review, the comment says that the review could not run", async () => {
  await post(review);
  const file = join(gitHub.folder, "review.json");
  rmSync(file);
  const outcome = await gitHub.run("comment.ts", "", "--marker", "review-prod", "--review", file);
  expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Comment edited") });
  expect(gitHub.comments[0]?.body).toContain("## The review could not run\n\n[The log of the run](https://");
});
