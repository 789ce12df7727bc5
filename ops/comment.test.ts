import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { root } from "../dev/places.ts";

// Each starts programs, which takes a busy machine its time.
vi.setConfig({ testTimeout: 30_000 });

type Comment = { id: number; body: string; user: { login: string } };

/** Stands for GitHub, which knows the token as github-actions[bot] and gives two comments a page. */
const comments: Comment[] = [];
let refusal: { status: number; message: string } | undefined;
const server = createServer(async (request, response) => {
  const { method, url = "/", headers } = request;
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const body = await text(request);
  const answer = (status: number, json: unknown, link = "") => {
    response.writeHead(status, { "content-type": "application/json", ...(link && { link }) });
    response.end(JSON.stringify(json));
  };
  const withUrl = (comment: Comment) => ({ ...comment, html_url: `https://github.example/c/${comment.id}` });
  if (headers.authorization !== "Bearer secret-token") return answer(401, { message: "Bad credentials" });
  if (refusal && method !== "GET" && pathname !== "/graphql") return answer(refusal.status, refusal);
  switch (`${method} ${pathname.replace(/\d+$/, "ID")}`) {
    case "POST /graphql":
      return answer(200, { data: { viewer: { login: "github-actions[bot]" } } });
    case "GET /repos/team/topics/issues/7/comments": {
      const page = Number(searchParams.get("page") ?? 1);
      const next = `<${apiUrl()}${pathname}?per_page=100&page=${page + 1}>; rel="next"`;
      const more = comments.length > page * 2;
      return answer(200, comments.slice(page * 2 - 2, page * 2).map(withUrl), more ? next : "");
    }
    case "POST /repos/team/topics/issues/7/comments": {
      const comment = {
        id: comments.length + 1,
        user: { login: "github-actions[bot]" },
        ...JSON.parse(body),
      };
      comments.push(comment);
      return answer(201, withUrl(comment));
    }
    case "PATCH /repos/team/topics/issues/comments/ID": {
      const comment = comments.find(({ id }) => pathname.endsWith(`/${id}`));
      if (!comment) return answer(404, { message: "Not Found" });
      return answer(200, withUrl(Object.assign(comment, JSON.parse(body))));
    }
    default:
      return answer(404, { message: "Not Found" });
  }
});
const apiUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

let folder = "";
let environment: NodeJS.ProcessEnv = {};

beforeEach(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  comments.length = 0;
  refusal = undefined;
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-comment-"));
  writeFileSync(join(folder, "event.json"), JSON.stringify({ pull_request: { number: 7 } }));
  environment = {
    PATH: process.env.PATH,
    GITHUB_TOKEN: "secret-token",
    GITHUB_REPOSITORY: "team/topics",
    GITHUB_API_URL: apiUrl(),
    GITHUB_GRAPHQL_URL: `${apiUrl()}/graphql`,
    GITHUB_EVENT_PATH: join(folder, "event.json"),
    GITHUB_SERVER_URL: "https://github.example",
    GITHUB_RUN_ID: "42",
    GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
  };
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
  rmSync(folder, { recursive: true });
});

/** Runs the command with this as its file. */
async function comment(markdown: string, marker = "review-prod") {
  writeFileSync(join(folder, "review.md"), markdown);
  const args = [join(root, "ops", "comment.ts"), "--marker", marker, "--file", join(folder, "review.md")];
  const child = spawn(process.execPath, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, "exit");
  return { exitCode: child.exitCode, stdout, stderr };
}

test("The first run writes a comment, the next one edits it, and each stands in its job's summary", async () => {
  expect(await comment("# one\n")).toEqual({
    exitCode: 0,
    stdout: "Comment written: https://github.example/c/1\n",
    stderr: "",
  });
  // Of another stack, and of people: three pages in all.
  await comment("# staging\n", "review-staging");
  for (const login of ["ann", "bob", "cyd"]) {
    comments.unshift({ id: 100 + comments.length, body: "<!-- review-prod -->\nmine", user: { login } });
  }
  expect(await comment("# two\n")).toMatchObject({
    exitCode: 0,
    stdout: "Comment edited: https://github.example/c/1\n",
  });
  expect(comments.map(({ body }) => body)).toEqual([
    ...Array(3).fill("<!-- review-prod -->\nmine"),
    "<!-- review-prod -->\n# two\n",
    "<!-- review-staging -->\n# staging\n",
  ]);
  expect(readFileSync(join(folder, "summary.md"), "utf8")).toBe("# one\n# staging\n# two\n");
});

test("What a comment has no room for is cut at a line, says so on top, and is in the summary", async () => {
  const markdown = `# Review\n${"| ordérs | 6 partitions |\n".repeat(4_000)}`;
  expect(await comment(markdown)).toMatchObject({ exitCode: 0 });
  const [{ body } = { body: "" }] = comments;
  expect(Buffer.byteLength(body)).toBeGreaterThan(60_000);
  expect(body.length).toBeLessThan(65_536);
  expect(body).toMatch(
    /^<!-- review-prod -->\n> Cut .*https:\/\/github.example\/team\/topics\/actions\/runs\/42/,
  );
  expect(body).toMatch(/\| ordérs \| 6 partitions \|\n$/);
  expect(readFileSync(join(folder, "summary.md"), "utf8")).toBe(markdown);
});

test("All that is missing is told at once, each with what to do, and nothing is touched", async () => {
  environment = { PATH: process.env.PATH, GITHUB_REPOSITORY: "team" };
  const { exitCode, stderr } = await comment("# one\n");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("6 problems, nothing was touched:");
  expect(stderr).toContain("GITHUB_TOKEN: given nothing, allowed: github.token, in the step's env");
  expect(stderr).toContain("GITHUB_REPOSITORY: given 'team', allowed: OWNER/NAME");
});

test("A marker that would end the hidden line, an empty file and an event without a pull request are refused", async () => {
  expect((await comment("# one\n", "a --> b")).stderr).toContain("--marker: given 'a --> b', allowed:");
  expect((await comment("")).stderr).toContain("review.md is empty. Did the step that writes it run?");
  writeFileSync(join(folder, "event.json"), JSON.stringify({ ref: "refs/heads/main" }));
  expect((await comment("# one\n")).stderr).toContain("on: pull_request");
  expect(comments).toEqual([]);
});

test("A refusal of GitHub's is told with its words and what to do, and the summary is there all the same", async () => {
  refusal = { status: 403, message: "Resource not accessible by integration" };
  const { exitCode, stderr } = await comment("# one\n");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("403 Resource not accessible by integration");
  expect(stderr).toContain("pull-requests: write");
  expect(stderr).not.toContain("secret-token");
  expect(readFileSync(join(folder, "summary.md"), "utf8")).toBe("# one\n");
});
