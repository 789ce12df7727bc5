import { expect, test, vi } from "vitest";
import { standForGitHub } from "../test/github-stand-in.ts";

// Each starts programs, which takes a busy machine its time.
vi.setConfig({ testTimeout: 30_000 });

const gitHub = standForGitHub();
const issue = (state: string, markdown: string, marker = "drift-prod") =>
  gitHub.run("issue.ts", markdown, "--state", state, "--marker", marker, "--title", "Drift in stack prod");

const bot = { login: "github-actions[bot]" };
/** Issues that are not the one that is meant, two pages of them. */
const others = [
  { id: 901, title: "A person's", body: "<!-- drift-prod -->\nmine", state: "open", user: { login: "ann" } },
  { id: 902, title: "Closed", body: "<!-- drift-prod -->\nold", state: "closed", user: bot },
  { id: 903, title: "PR", body: "<!-- drift-prod -->\n", state: "open", user: bot, pull_request: {} },
  { id: 904, title: "Staging", body: "<!-- drift-prod-2 -->\n", state: "open", user: bot },
] as const;

test("The first run opens an issue, the next one edits it, and each stands in its job's summary", async () => {
  gitHub.issues.push(...structuredClone(others));
  expect(await issue("open", "# one\n")).toEqual({
    exitCode: 0,
    stdout: "Issue opened: https://github.example/i/5\n",
    stderr: "",
  });
  expect(gitHub.issues.at(-1)).toMatchObject({
    title: "Drift in stack prod",
    body: "<!-- drift-prod -->\n# one\n",
    state: "open",
  });
  expect(await issue("open", "# two\n")).toMatchObject({
    exitCode: 0,
    stdout: "Issue edited: https://github.example/i/5\n",
  });
  expect(gitHub.issues.at(-1)).toMatchObject({ body: "<!-- drift-prod -->\n# two\n", state: "open" });
  expect(gitHub.issues.slice(0, -1)).toEqual(others);
  expect(gitHub.comments).toEqual([]);
  expect(gitHub.summary()).toBe("# one\n# two\n");
});

test("An issue whose title and text a person edited on the web is still the one, and keeps the title", async () => {
  const body = "<!-- drift-prod -->\r\n# one\r\nseen";
  gitHub.issues.push({ id: 1, title: "Drift, for Ann", body, state: "open", user: bot });
  await issue("open", "# two\n");
  expect(gitHub.issues).toEqual([
    { id: 1, title: "Drift, for Ann", body: "<!-- drift-prod -->\n# two\n", state: "open", user: bot },
  ]);
});

test("What is gone closes the issue with a comment that names the run, and the next time opens another", async () => {
  await issue("open", "# one\n");
  expect(await issue("closed", "# none\n")).toMatchObject({
    exitCode: 0,
    stdout: "Issue closed: https://github.example/i/1\n",
  });
  expect(gitHub.issues).toMatchObject([{ body: "<!-- drift-prod -->\n# one\n", state: "closed" }]);
  expect(gitHub.comments).toMatchObject([
    { on: 1, body: expect.stringMatching(/^<!-- drift-prod -->\nGone, .*\/runs\/42\)/) },
  ]);
  expect(gitHub.summary()).toBe("# one\n# none\n");
  expect((await issue("open", "# three\n")).stdout).toBe("Issue opened: https://github.example/i/2\n");
});

test("Where none is open there is nothing to close, and the summary is written all the same", async () => {
  gitHub.issues.push(...structuredClone(others));
  expect(await issue("closed", "# none\n")).toEqual({
    exitCode: 0,
    stdout: "No issue of drift-prod is open.\n",
    stderr: "",
  });
  expect(gitHub.issues).toEqual(others);
  expect(gitHub.comments).toEqual([]);
  expect(gitHub.summary()).toBe("# none\n");
});

test("What an issue has no room for is cut at a line, says so on top, and is in the summary", async () => {
  const markdown = `# Drift\n${"| ordérs | 6 partitions |\n".repeat(4_000)}`;
  expect(await issue("open", markdown)).toMatchObject({ exitCode: 0 });
  const [{ body } = { body: "" }] = gitHub.issues;
  expect(Buffer.byteLength(body)).toBeGreaterThan(60_000);
  expect(body.length).toBeLessThan(65_536);
  expect(body).toMatch(/^<!-- drift-prod -->\n> Cut .*an issue .*\/actions\/runs\/42/);
  expect(gitHub.summary()).toBe(markdown);
});

test("A state that is neither open nor closed and an empty file are refused, and nothing is touched", async () => {
  // What a workflow gives where drift could not be told.
  const { exitCode, stderr } = await issue("", "# one\n", "a --> b");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("2 problems, nothing was touched:");
  expect(stderr).toContain("--state: given '', allowed: open or closed");
  expect(stderr).toContain("--marker: given 'a --> b', allowed:");
  expect((await issue("closed", "")).stderr).toContain("text.md is empty. Did the step that writes it run?");
  expect(gitHub.issues).toEqual([]);
});

test.each([
  [403, "Resource not accessible by integration", '"permissions: issues: write"'],
  [410, "Issues has been disabled in this repository.", "Settings"],
])("A refusal of GitHub's, %d, is told with its words and what to do", async (status, message, advice) => {
  gitHub.refusal = { status, message };
  const { exitCode, stderr } = await issue("open", "# one\n");
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`${status} ${message}`);
  expect(stderr).toContain(advice);
  expect(stderr).not.toContain("secret-token");
  expect(gitHub.summary()).toBe("# one\n");
});

test("An issue is closed with one comment, also where the answer to the first was lost", async () => {
  await issue("open", "# one\n");
  gitHub.lostAnswers = 1;
  expect(await issue("closed", "# none\n")).toMatchObject({ exitCode: 1 });
  expect(gitHub.issues).toMatchObject([{ state: "open" }]);
  expect(await issue("closed", "# none\n")).toMatchObject({ exitCode: 0 });
  expect(gitHub.issues).toMatchObject([{ state: "closed" }]);
  expect(gitHub.comments).toHaveLength(1);
});

test("An issue is not closed without the comment that says why", async () => {
  await issue("open", "# one\n");
  gitHub.refusal = { status: 502, message: "Bad Gateway" };
  expect((await issue("closed", "# none\n")).stderr).toContain("502 Bad Gateway.\nRun the job again.");
  expect(gitHub.issues).toMatchObject([{ state: "open" }]);
});
