import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { RequestError } from "@octokit/request-error";
import { z } from "zod";
import { explainFailure, isJson } from "./failure.ts";
import type { Job } from "./job.ts";
import { hide } from "./text.ts";

/** How long GitHub may take. */
export type TimeLimits = {
  /** For the answer to one request. GitHub itself gives up after 10 s. */
  readonly requestMs: number;
  /** For everything that a command asks, with the waits in between. */
  readonly totalMs: number;
};

/** A minute is how long GitHub asks to wait after too many requests at once. */
const defaultLimits: TimeLimits = { requestMs: 15_000, totalMs: 90_000 };

/** What a request that writes adds: one that GitHub carried out without an answer must not be made again. */
export const once = { request: { retries: 0 } } as const;

const GitHubClient = Octokit.plugin(paginateRest, retry, throttling);

/** Asks GitHub's API with a job's token. */
export type Client = InstanceType<typeof GitHubClient>;

/** The repository that a job is for. */
export function repositoryOf({ GITHUB_REPOSITORY }: Job): { owner: string; repo: string } {
  const [owner = "", repo = ""] = GITHUB_REPOSITORY.split("/");
  return { owner, repo };
}

/** The route that adds a comment to an issue or a pull request. */
export const addComment = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";

/** All comments of an issue or a pull request. */
export function listComments(
  client: Client,
  issue: { readonly owner: string; readonly repo: string; readonly issue_number: number },
) {
  const query = { ...issue, per_page: 100 };
  return client.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", query);
}

/** The name of the token's own user. */
export async function readLogin(client: Client): Promise<string> {
  // A job's token has a user, but may not ask the REST API who it is.
  const answer = viewerSchema.safeParse(await client.graphql("{ viewer { login } }"));
  if (!answer.success) throw new Error("GITHUB_API_URL: its GraphQL does not say whose GITHUB_TOKEN is.");
  return answer.data.viewer.login;
}

const viewerSchema = z.object({ viewer: z.object({ login: z.string() }) });

/**
 * Whether a comment or an issue is this user's, under the marker. Anybody can write the hidden line, and an
 * administrator's token could edit anybody's text.
 */
export function isOwn(
  text: {
    readonly body?: string | null | undefined;
    readonly user?: { readonly login: string } | null | undefined;
  },
  login: string,
  marker: string,
): boolean {
  return text.user?.login === login && (text.body?.startsWith(hide(marker)) ?? false);
}

/**
 * Asks GitHub for a job. What fails for a reason that may pass is asked again, as long as there is time.
 * @throws Error with GitHub's own message and what to do
 */
export async function askGitHub<Answer>(
  job: Job,
  ask: (client: Client) => Promise<Answer>,
  limits = defaultLimits,
): Promise<Answer> {
  const end = performance.now() + limits.totalMs;
  // Octokit makes a request again that AbortSignal.timeout ended, but not one that was aborted.
  const total = new AbortController();
  const timer = setTimeout(() => total.abort(), limits.totalMs);
  let limitedForSeconds: number | undefined;
  /** Whether a request that a rate limit refused, and that GitHub did not carry out, is made again after that time. */
  const waitFor = (seconds: number) => {
    const isInTime = performance.now() + seconds * 1000 < end;
    limitedForSeconds = isInTime ? undefined : seconds;
    return isInTime;
  };
  try {
    return await ask(connect(job, limits.requestMs, total.signal, waitFor));
  } catch (error) {
    if (total.signal.aborted)
      throw new Error(`GitHub took longer than ${limits.totalMs / 1000} s to answer. Run the job again.`);
    throw explainFailure(error, job, limitedForSeconds);
  } finally {
    clearTimeout(timer);
  }
}

function connect(
  { GITHUB_TOKEN, GITHUB_API_URL }: Job,
  requestMs: number,
  total: AbortSignal,
  waitFor: (seconds: number) => boolean,
): Client {
  const client = new GitHubClient({
    auth: GITHUB_TOKEN,
    baseUrl: GITHUB_API_URL,
    request: {
      fetch: (url: string, options: RequestInit) =>
        fetch(url, { ...options, signal: AbortSignal.any([total, AbortSignal.timeout(requestMs)]) }),
    },
    // A 429 is a rate limit, which the other plugin waits for.
    retry: { retries: 2, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
    throttle: { onRateLimit: waitFor, onSecondaryRateLimit: waitFor },
    // What fails is reported once, by the command.
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  client.hook.after("request", (response, { method, url, headers }) => {
    if (isJson(response)) return;
    const request = { method, url: response.url || url, headers };
    throw new RequestError("not JSON", response.status, { request, response });
  });
  return client;
}
