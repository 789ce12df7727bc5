import { writeFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { standForGitHub } from "../test/github-stand-in.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const gitHub = standForGitHub();
const comment = (markdown: string, marker = "review-prod") =>
  gitHub.run("comment.ts", markdown, "--marker", marker);

test("The first run writes a comment, the next run edits it, and each job's summary has its Markdown", async () => {
  expect(await comment("# one\n")).toEqual({
    exitCode: 0,
    stdout: "Comment written: https://github.example/c/1\n",
    stderr: "",
  });
  // Comments of another stack and of people, three pages in total.
  await comment("# staging\n", "review-staging");
  for (const login of ["ann", "bob", "cyd"]) {
    const id = 100 + gitHub.comments.length;
    gitHub.comments.unshift({ id, on: 7, body: "<!-- review-prod -->\nmine", user: { login } });
  }
  expect(await comment("# two\n")).toMatchObject({
    exitCode: 0,
    stdout: "Comment edited: https://github.example/c/1\n",
  });
  expect(gitHub.comments.map(({ body }) => body)).toEqual([
    ...Array(3).fill("<!-- review-prod -->\nmine"),
    "<!-- review-prod -->\n# two\n",
    "<!-- review-staging -->\n# staging\n",
  ]);
  expect(gitHub.summary()).toBe("# one\n# staging\n# two\n");
});

test("Markdown that is too long for a comment is truncated at a line, with a note at the top, and is complete in the summary", async () => {
  const markdown = `# Review\n${"| ordérs | 6 partitions |\n".repeat(4_000)}`;
  expect(await comment(markdown)).toMatchObject({ exitCode: 0 });
  const [{ body } = { body: "" }] = gitHub.comments;
  expect(Buffer.byteLength(body)).toBeGreaterThan(60_000);
  expect(body.length).toBeLessThan(65_536);
  expect(body).toMatch(
    /^<!-- review-prod -->\n> Truncated .*https:\/\/github.example\/team\/topics\/actions\/runs\/42/,
  );
  expect(body).toMatch(/\| ordérs \| 6 partitions \|\n$/);
  expect(gitHub.summary()).toBe(markdown);
});

test("All missing settings are reported together, each with what is allowed, and nothing is changed", async () => {
  gitHub.environment = { PATH: process.env.PATH, GITHUB_REPOSITORY: "team" };
  const { exitCode, stderr } = await comment("# one\n");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("5 problems, nothing was changed:");
  expect(stderr).toContain("GITHUB_TOKEN: given nothing, allowed: github.token, in the step's env");
  expect(stderr).toContain("GITHUB_REPOSITORY: given 'team', allowed: OWNER/NAME");
});

test("A marker that would end the hidden line, an empty file and an event without a pull request are refused", async () => {
  expect((await comment("# one\n", "a --> b")).stderr).toContain("--marker: given 'a --> b', allowed:");
  expect((await comment("")).stderr).toContain("text.md is empty. Check that the step that writes it ran.");
  writeFileSync(`${gitHub.environment.GITHUB_EVENT_PATH}`, JSON.stringify({ ref: "refs/heads/main" }));
  expect((await comment("# one\n")).stderr).toContain("on: pull_request");
  expect(gitHub.comments).toEqual([]);
});

test("When GitHub refuses a comment, its message and the next step are reported, and the summary is still written", async () => {
  gitHub.refusal = { status: 403, message: "Resource not accessible by integration" };
  const { exitCode, stderr } = await comment("# one\n");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("403 Resource not accessible by integration");
  expect(stderr).toContain("pull-requests: write");
  expect(stderr).not.toContain("secret-token");
  expect(gitHub.summary()).toBe("# one\n");
});

test("A failed read is retried; a failed write is not, because GitHub may have applied it", async () => {
  gitHub.outages = 1;
  expect(await comment("# one\n")).toMatchObject({ exitCode: 0, stderr: "" });
  expect(gitHub.writes).toBe(1);
  gitHub.comments.length = 0;
  gitHub.refusal = { status: 502, message: "Bad Gateway" };
  expect((await comment("# two\n")).stderr).toContain("502 Bad Gateway.\nRun the job again.");
  expect(gitHub.writes).toBe(2);
});
