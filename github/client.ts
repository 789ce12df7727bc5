import { retry } from "@octokit/plugin-retry";
import { RequestError } from "@octokit/request-error";
import { Octokit } from "@octokit/rest";
import type { Job } from "./job.ts";
import { hide } from "./text.ts";

const requestTimeoutMs = 30_000;

/** What a request that writes adds: one that GitHub carried out without an answer must not be made again. */
export const once = { request: { retries: 0 } } as const;

/** A comment or an issue that this user wrote. */
export type OwnText = { readonly id: number; readonly number?: number };

/** A client of the API for the repository of a job, which reads again what failed for a reason that may pass. */
export function connect({ GITHUB_TOKEN, GITHUB_API_URL }: Job): Octokit {
  const Client = Octokit.plugin(retry);
  return new Client({
    auth: GITHUB_TOKEN,
    baseUrl: GITHUB_API_URL,
    request: {
      fetch: (url: string, options: RequestInit) =>
        fetch(url, { ...options, signal: AbortSignal.timeout(requestTimeoutMs) }),
    },
    retry: { doNotRetry: [400, 401, 403, 404, 410, 422, 451] },
    // What fails is reported once, by the command.
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
}

/** The repository that a job is for. */
export function repositoryOf({ GITHUB_REPOSITORY }: Job): { owner: string; repo: string } {
  const [owner = "", repo = ""] = GITHUB_REPOSITORY.split("/");
  return { owner, repo };
}

/** The name of the token's own user. */
export async function readLogin(client: Octokit): Promise<string> {
  // A job's token has a user, but may not ask the REST API who it is.
  const { viewer } = await client.graphql<{ viewer: { login: string } }>("{ viewer { login } }");
  return viewer.login;
}

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
 * Runs what asks GitHub.
 * @throws Error with GitHub's own message and what to do
 */
export async function askGitHub<Answer>({ needs }: Job, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const { status, request, response } = error;
    const asked = `${request.method} ${request.url}`;
    if (!response) throw new Error(`GitHub gave no answer to ${asked}: ${error.message}. Run the job again.`);
    const message = error.message.replace(/ - https:\S+$/, "").replace(/\.$/, "");
    throw new Error(`GitHub answered ${asked} with ${status} ${message}.\n${advise(needs, status)}`);
  }
}

function advise(needs: string, status: number): string {
  if (status === 401) return "GITHUB_TOKEN is not valid here, or no longer.";
  if (status === 403 || status === 404) return `The job needs ${needs}.`;
  if (status === 410) return "Switch issues on: Settings, General, Features.";
  return "Run the job again.";
}
