import { expect, test, vi } from "vitest";
import { standForGitHub } from "../test/github-stand-in.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const gitHub = standForGitHub();
const issue = (state: string, markdown: string, marker = "drift-prod") =>
  gitHub.run("issue.ts", markdown, "--state", state, "--marker", marker, "--title", "Drift in stack prod");

const bot = { login: "github-actions[bot]" };
/** Two pages of issues that the command must not change. */
const others = [
  { id: 901, title: "A person's", body: "<!-- drift-prod -->\nmine", state: "open", user: { login: "ann" } },
  { id: 902, title: "Closed", body: "<!-- drift-prod -->\nold", state: "closed", user: bot },
  { id: 903, title: "PR", body: "<!-- drift-prod -->\n", state: "open", user: bot, pull_request: {} },
  { id: 904, title: "Staging", body: "<!-- drift-prod-2 -->\n", state: "open", user: bot },
] as const;

test("The first run opens an issue, the next run edits it, and each job's summary has its Markdown", async () => {
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

test("An issue whose title and text a person edited on the web is still found, and keeps its title", async () => {
  const body = "<!-- drift-prod -->\r\n# one\r\nseen";
  gitHub.issues.push({ id: 1, title: "Drift, for Ann", body, state: "open", user: bot });
  await issue("open", "# two\n");
  expect(gitHub.issues).toEqual([
    { id: 1, title: "Drift, for Ann", body: "<!-- drift-prod -->\n# two\n", state: "open", user: bot },
  ]);
});

test("An issue is closed with a comment that links the run, and the next run opens a new one", async () => {
  await issue("open", "# one\n");
  expect(await issue("closed", "# none\n")).toMatchObject({
    exitCode: 0,
    stdout: "Issue closed: https://github.example/i/1\n",
  });
  expect(gitHub.issues).toMatchObject([{ body: "<!-- drift-prod -->\n# one\n", state: "closed" }]);
  expect(gitHub.comments).toMatchObject([
    { on: 1, body: expect.stringMatching(/^<!-- drift-prod -->\nResolved: .*\/runs\/42\)/) },
  ]);
  expect(gitHub.summary()).toBe("# one\n# none\n");
  expect((await issue("open", "# three\n")).stdout).toBe("Issue opened: https://github.example/i/2\n");
});

test("Without an open issue nothing is closed, and the summary is still written", async () => {
  gitHub.issues.push(...structuredClone(others));
  expect(await issue("closed", "# none\n")).toEqual({
    exitCode: 0,
    stdout: "No issue with marker drift-prod is open.\n",
    stderr: "",
  });
  expect(gitHub.issues).toEqual(others);
  expect(gitHub.comments).toEqual([]);
  expect(gitHub.summary()).toBe("# none\n");
});

test("Markdown that is too long for an issue is truncated at a line, with a note at the top, and is complete in the summary", async () => {
  const markdown = `# Drift\n${"| ordérs | 6 partitions |\n".repeat(4_000)}`;
  expect(await issue("open", markdown)).toMatchObject({ exitCode: 0 });
  const [{ body } = { body: "" }] = gitHub.issues;
  expect(Buffer.byteLength(body)).toBeGreaterThan(60_000);
  expect(body.length).toBeLessThan(65_536);
  expect(body).toMatch(/^<!-- drift-prod -->\n> Truncated .*an issue\. .*\/actions\/runs\/42/);
  expect(gitHub.summary()).toBe(markdown);
});

test("A state other than open or closed and an empty file are refused, and nothing is changed", async () => {
  // The workflow's value if the drift is unknown.
  const { exitCode, stderr } = await issue("", "# one\n", "a --> b");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("2 problems, nothing was changed:");
  expect(stderr).toContain("--state: given '', allowed: open or closed");
  expect(stderr).toContain("--marker: given 'a --> b', allowed:");
  expect((await issue("closed", "")).stderr).toContain(
    "text.md is empty. Check that the step that writes it ran.",
  );
  expect(gitHub.issues).toEqual([]);
});

test.each([
  [403, "Resource not accessible by integration", '"permissions: issues: write"'],
  [410, "Issues has been disabled in this repository.", "Settings"],
])(
  "When GitHub refuses with %d, its message and the next step are reported",
  async (status, message, advice) => {
    gitHub.refusal = { status, message };
    const { exitCode, stderr } = await issue("open", "# one\n");
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${status} ${message}`);
    expect(stderr).toContain(advice);
    expect(stderr).not.toContain("secret-token");
    expect(gitHub.summary()).toBe("# one\n");
  },
);

test("An issue is closed with one comment, even if GitHub's answer to the first one was lost", async () => {
  await issue("open", "# one\n");
  gitHub.lostAnswers = 1;
  expect(await issue("closed", "# none\n")).toMatchObject({ exitCode: 1 });
  expect(gitHub.issues).toMatchObject([{ state: "open" }]);
  expect(await issue("closed", "# none\n")).toMatchObject({ exitCode: 0 });
  expect(gitHub.issues).toMatchObject([{ state: "closed" }]);
  expect(gitHub.comments).toHaveLength(1);
});

test("An issue is not closed without its comment", async () => {
  await issue("open", "# one\n");
  gitHub.refusal = { status: 502, message: "Bad Gateway" };
  expect((await issue("closed", "# none\n")).stderr).toContain("502 Bad Gateway.\nRun the job again.");
  expect(gitHub.issues).toMatchObject([{ state: "open" }]);
});
