import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { RequestError } from "@octokit/request-error";
import { z } from "zod";
import { isAnswer } from "./answers.ts";
import { explainFailure } from "./failure.ts";
import type { Job } from "./job.ts";
import { limitAnswer } from "./limit-answer.ts";
import { hide } from "./text.ts";

/** Time limits for GitHub's answers. */
export type TimeLimits = {
  /** For one request. GitHub itself aborts a request after 10 s. */
  readonly requestMs: number;
  /** For all requests of a command, including the waits between them. */
  readonly totalMs: number;
};

/** A secondary rate limit requires a wait of at least one minute. */
const defaultLimits: TimeLimits = { requestMs: 15_000, totalMs: 90_000 };

/** Options that turn off retries for a request that creates something: GitHub may have applied it without answering. */
export const once = { request: { retries: 0 } } as const;

/** The first plugin, because the others fail on answers that are not GitHub's, for example those of a proxy. */
function checkAnswers({ hook, request: { endpoint } }: Octokit): void {
  hook.before("request", (options) => {
    // The address of a list's next page is from the answer.
    const [url, api] = [new URL(endpoint(options).url), new URL(options.baseUrl)];
    if (url.origin !== api.origin)
      throw new Error(
        `GitHub's answer refers to ${url.origin}, which gets no token. Check GITHUB_API_URL and the runner's proxy.`,
      );
  });
  hook.after("request", (response, { method, url, headers }) => {
    if (isAnswer(method, url, response.data)) return;
    const request = { method, url: response.url || url, headers };
    throw new RequestError("not an answer of GitHub", response.status, { request, response });
  });
  hook.error("request", (error, { method, url, headers }) => {
    // Octokit writes the data of a refusal as JSON, which fails if it is nested too deeply.
    if (!(error instanceof RangeError)) throw error;
    throw new RequestError(error.message, 400, { request: { method, url, headers } });
  });
}

const GitHubClient = Octokit.plugin(checkAnswers, paginateRest, retry, throttling);

/** A client of GitHub's API with a job's token. */
export type Client = InstanceType<typeof GitHubClient>;

/** The repository of a job. */
export function repositoryOf({ GITHUB_REPOSITORY }: Job): { owner: string; repo: string } {
  const [owner = "", repo = ""] = GITHUB_REPOSITORY.split("/");
  return { owner, repo };
}

/** The route that adds a comment to an issue or a pull request. */
export const addComment = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";

/** Reads all comments of an issue or a pull request. */
export function listComments(
  client: Client,
  issue: { readonly owner: string; readonly repo: string; readonly issue_number: number },
) {
  const query = { ...issue, per_page: 100 };
  return client.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", query);
}

/** Reads the name of the token's user. */
export async function readLogin(client: Client): Promise<string> {
  // A job's token may not read its own user with the REST API.
  const answer = viewerSchema.safeParse(await client.graphql("{ viewer { login } }"));
  if (!answer.success)
    throw new Error("GITHUB_API_URL: its GraphQL API does not return the user of GITHUB_TOKEN.");
  return answer.data.viewer.login;
}

const viewerSchema = z.object({ viewer: z.object({ login: z.string() }) });

/**
 * Whether this user wrote a comment or an issue under the marker. The user is checked because anybody can write the
 * hidden line, and an administrator's token could edit anybody's text.
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
 * Sends requests to GitHub for a job, and retries after temporary errors within the time limit.
 * @throws Error with GitHub's message and the next step
 */
export async function askGitHub<Answer>(
  job: Job,
  ask: (client: Client) => Promise<Answer>,
  limits = defaultLimits,
): Promise<Answer> {
  const end = performance.now() + limits.totalMs;
  // Octokit retries a request that AbortSignal.timeout ended, but not one that was aborted.
  const total = new AbortController();
  const timer = setTimeout(() => total.abort(), limits.totalMs);
  let limitedForSeconds: number | undefined;
  /** Whether to retry a rate-limited request after this time; GitHub has not applied it. */
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
  return new GitHubClient({
    auth: GITHUB_TOKEN,
    baseUrl: GITHUB_API_URL,
    request: {
      fetch: async (url: string, options: RequestInit) => {
        const signal = AbortSignal.any([total, AbortSignal.timeout(requestMs)]);
        // A redirect could lead the text of a comment elsewhere; fetch itself keeps only the token.
        return limitAnswer(await fetch(url, { ...options, redirect: "manual", signal }));
      },
    },
    // 429 is a rate limit, which the throttling plugin handles.
    retry: { retries: 2, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
    throttle: { onRateLimit: waitFor, onSecondaryRateLimit: waitFor },
    // The command reports each failure once.
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
}
