import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { marked } from "marked";
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

/** What hostile text must not become: a table, a heading, a link, a mention, an image, a comment, the end of a block. */
const hostile = [
  "a | b |\n| --- | --- |\n| 🟢 safe | x |",
  "\n## Review of stack prod: no changes\n",
  "www.evil.example https://evil.example [click](https://evil.example)",
  "@team #1 0123456789abcdef0123456789abcdef01234567",
  "<img src=https://evil.example> <!-- ",
  "````\n# out of the block\n````",
  "\r::add-mask::x\u001b[2J\u202e",
];

test("Hostile text in any field stays text: no link, heading, table, mention or end of a block comes of it", async () => {
  for (const text of hostile) {
    const everywhere = {
      ...review,
      stack: text,
      base: text,
      summary: text,
      settings: [{ key: text, risk: "weakened", what: text }],
      changes: [{ topic: text, risk: "data loss", what: text }],
      errors: [{ code: text, topic: text, message: text }],
      warnings: [{ code: text, message: text }],
    };
    const { exitCode, body } = await post(everywhere);
    expect(exitCode).toBe(0);
    for (const control of ["\r", "\u001b", "\u202e"]) expect(body).not.toContain(control);
    const html = await marked(body.replace(/^<!-- review-prod -->\n/, ""), { gfm: true });
    expect(html.match(/<(a|img|h1|script)\b/g)).toBeNull();
    expect(html.match(/<h2/g)).toHaveLength(1);
    expect(html.match(/<h3/g)).toHaveLength(2);
    expect(html.match(/<table/g)).toHaveLength(2);
    expect(html.match(/<td/g)).toHaveLength(6);
    const outside = html.replace(/<(code|pre)\b[\s\S]*?<\/\1>/g, "");
    expect(outside).not.toMatch(/@team|#1|www\.|https:|0123456789abcdef|<!--/);
  }
});

const [digits, mark] = ["0".repeat(63), "text that is no risk"];
test.each([
  ["no JSON", "# Markdown", "allowed: the JSON of a review"],
  ["nested too deeply", `${"[".repeat(200_000)}${"]".repeat(200_000)}`, "allowed: "],
  ["a value nested too deeply", nest(JSON.stringify(review)), "allowed: the JSON of a review"],
  ["another version", { ...review, version: 2 }, "version: given 2, allowed: 1"],
  ["another risk", { ...review, changes: [{ ...review.changes[0], risk: mark }] }, "changes.0.risk: given"],
  ["a hash of another length", { ...review, hash: digits }, "hash: given"],
  ["a text that is none", { ...review, summary: { toString: 1 } }, "summary: given"],
  [
    "more than 16 MiB",
    { ...review, summary: "a".repeat(17 * 1024 * 1024) },
    "given more than 16777216 bytes",
  ],
])("A file with %s is refused, and no comment is written", async (_, content, said) => {
  const { exitCode, stderr } = await post(content);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(said);
  expect(stderr.length).toBeLessThan(2_000);
  expect(gitHub.comments).toEqual([]);
});

/** Adds a warning whose observed value is nested more deeply than a comparison can go. */
function nest(json: string): string {
  const observed = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  return json.replace('"code":"NOT_VALIDATED"', `"code":"NOT_VALIDATED","observed":${observed}`);
}

test("Without the JSON of a review, the comment says that the review could not run", async () => {
  await post(review);
  const file = join(gitHub.folder, "review.json");
  rmSync(file);
  const outcome = await gitHub.run("comment.ts", "", "--marker", "review-prod", "--review", file);
  expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Comment edited") });
  expect(gitHub.comments[0]?.body).toContain("## The review could not run\n\n[The log of the run](https://");
});
