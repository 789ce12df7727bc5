import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach } from "vitest";
import { root } from "../machine/paths.ts";

/** A comment or an issue. */
type Entry = { id: number; body: string; user: { login: string } };
type Comment = Entry & { on: number };
type Issue = Entry & { title: string; state: "open" | "closed"; pull_request?: object };

/** What a test sets, and the content of GitHub. */
type State = {
  comments: Comment[];
  issues: Issue[];
  /** GitHub's response to every write. */
  refusal: { status: number; message: string } | undefined;
  /** How many reads GitHub answers with 503 before it works again. */
  outages: number;
  /** How many writes GitHub applies without answering. */
  lostAnswers: number;
  /** Answers a request instead of GitHub if it returns true. `request` is the method and path. */
  interfere: (response: ServerResponse, request: string) => boolean;
  /** How many writes it received. */
  writes: number;
  environment: NodeJS.ProcessEnv;
  folder: string;
};

const pristine = (): State => ({
  comments: [],
  issues: [],
  refusal: undefined,
  outages: 0,
  lostAnswers: 0,
  interfere: () => false,
  writes: 0,
  environment: {},
  folder: "",
});

const bot = { login: "github-actions[bot]" };

/**
 * Stands in for GitHub in the tests of a file. It accepts one token, for github-actions[bot], and returns two entries per
 * page. Each test has an Actions job for pull request 7, in its own folder, and starts without entries.
 */
export function standForGitHub() {
  const gitHub = {
    ...pristine(),
    summary: () => readFileSync(join(gitHub.folder, "summary.md"), "utf8"),
    /** Runs a command of github/ with this Markdown as its file. */
    async run(command: string, markdown: string, ...flags: string[]) {
      writeFileSync(join(gitHub.folder, "text.md"), markdown);
      const file = flags.includes("--review") ? [] : ["--file", join(gitHub.folder, "text.md")];
      const args = [join(root, "github", command), ...flags, ...file];
      const child = spawn(process.execPath, args, {
        env: gitHub.environment,
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
      if (child.exitCode === null) await once(child, "exit");
      return { exitCode: child.exitCode, stdout, stderr };
    },
  };

  const server = createServer(async (request, response) => {
    const { method, headers } = request;
    const { pathname, searchParams } = new URL(request.url ?? "/", apiUrl());
    const given = JSON.parse((await text(request)) || "{}");
    const isWrite = method !== "GET" && pathname !== "/graphql";
    const answer = (status: number, json: unknown, link = "") => {
      if (isWrite && gitHub.lostAnswers > 0) {
        gitHub.lostAnswers -= 1;
        return response.destroy();
      }
      response.writeHead(status, { "content-type": "application/json", ...(link && { link }) });
      response.end(JSON.stringify(json));
    };
    const show = (entry: Comment | Issue) => {
      const path = "on" in entry ? `comments/${entry.id}` : `${entry.id}`;
      const seen = `https://github.example/${"on" in entry ? "c" : "i"}/${entry.id}`;
      return {
        number: entry.id,
        ...entry,
        url: `${apiUrl()}/repos/team/topics/issues/${path}`,
        html_url: seen,
      };
    };
    const list = (entries: readonly (Comment | Issue)[]) => {
      const page = Number(searchParams.get("page") ?? 1);
      searchParams.set("page", `${page + 1}`);
      const next = `<${apiUrl()}${pathname}?${searchParams}>; rel="next"`;
      answer(200, entries.slice(page * 2 - 2, page * 2).map(show), entries.length > page * 2 ? next : "");
    };
    const add = <T extends Comment | Issue>(entries: T[], entry: T) => {
      entries.push(entry);
      answer(201, show(entry));
    };
    const edit = (entries: readonly (Comment | Issue)[]) => {
      const entry = entries.find(({ id }) => id === number);
      return entry ? answer(200, show(Object.assign(entry, given))) : answer(404, { message: "Not Found" });
    };

    if (!/^(Bearer|token) secret-token$/.test(headers.authorization ?? ""))
      return answer(401, { message: "Bad credentials" });
    if (gitHub.interfere(response, `${method} ${pathname}`)) return;
    if (method === "GET" && gitHub.outages > 0) {
      gitHub.outages -= 1;
      return answer(503, { message: "Unavailable" });
    }
    if (isWrite) gitHub.writes += 1;
    if (gitHub.refusal && isWrite) return answer(gitHub.refusal.status, gitHub.refusal);
    const number = Number(pathname.match(/\d+/)?.[0]);
    const { comments, issues } = gitHub;
    switch (`${method} ${pathname.replace("/repos/team/topics", "").replace(/\d+/, "N")}`) {
      case "POST /graphql":
        return answer(200, { data: { viewer: bot } });
      case "GET /issues/N/comments":
        return list(comments.filter(({ on }) => on === number));
      case "POST /issues/N/comments":
        return add(comments, { id: comments.length + 1, user: bot, on: number, ...given });
      case "PATCH /issues/comments/N":
        return edit(comments);
      case "GET /issues":
        return list(
          issues.filter(
            ({ state, user }) =>
              state === searchParams.get("state") && user.login === searchParams.get("creator"),
          ),
        );
      case "POST /issues":
        return add(issues, { id: issues.length + 1, user: bot, state: "open", ...given });
      case "PATCH /issues/N":
        return edit(issues);
      default:
        return answer(404, { message: "Not Found" });
    }
  });
  const apiUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeEach(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const folder = mkdtempSync(join(tmpdir(), "kafka-topics-github-"));
    writeFileSync(join(folder, "event.json"), JSON.stringify({ pull_request: { number: 7 } }));
    const environment = {
      PATH: process.env.PATH,
      GITHUB_TOKEN: "secret-token",
      GITHUB_REPOSITORY: "team/topics",
      GITHUB_API_URL: apiUrl(),
      GITHUB_EVENT_PATH: join(folder, "event.json"),
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_RUN_ID: "42",
      GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
    };
    Object.assign(gitHub, pristine(), { environment, folder });
  });
  afterEach(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
    rmSync(gitHub.folder, { recursive: true });
  });
  return gitHub;
}
