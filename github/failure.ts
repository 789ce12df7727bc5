import { GraphqlResponseError } from "@octokit/graphql";
import { RequestError } from "@octokit/request-error";
import type { Job } from "./job.ts";

/** Whether an answer is one of GitHub's API; the page of a proxy or of a login is not. */
export function isJson({ data }: { readonly data: unknown }): boolean {
  return typeof data === "object" && data !== null && !(data instanceof ArrayBuffer);
}

/**
 * Words an error of the client: what GitHub answered to what, and what to do.
 * @param limitedForSeconds how long a rate limit lasts that refused the request
 * @returns the error itself where it is none of the client's
 */
export function explainFailure(
  error: unknown,
  { needs }: Job,
  limitedForSeconds: number | undefined,
): unknown {
  if (error instanceof GraphqlResponseError) {
    const messages = (error.errors ?? []).map(({ message }) => message).join("; ");
    return new Error(`GitHub answered POST /graphql with ${messages}.\n${runAgain}`);
  }
  if (!(error instanceof RequestError)) {
    if (limitedForSeconds === undefined || !(error instanceof Error)) return error;
    return new Error(
      `GitHub answered POST /graphql with ${error.message}.\n${adviseToWait(limitedForSeconds)}`,
    );
  }
  const { status, request, response } = error;
  const asked = `${request.method} ${request.url}`;
  if (!response) return new Error(`GitHub gave no answer to ${asked}: ${error.message}. ${runAgain}`);
  if (!isJson(response)) {
    const type = response.headers["content-type"]?.replace(/;.*/, "") ?? "no content type";
    const advice =
      status >= 500
        ? runAgain
        : "Is it a proxy or a login page? Check GITHUB_API_URL and the runner's proxy.";
    return new Error(`${asked} was answered with ${status} and ${type}, not with JSON.\n${advice}`);
  }
  const message = error.message.replace(/ - https:\S+$/, "").replace(/\.$/, "");
  const waitSeconds =
    limitedForSeconds ?? (status === 429 ? Number(response.headers["retry-after"] ?? 60) : undefined);
  const advice = waitSeconds === undefined ? advise(needs, status) : adviseToWait(waitSeconds);
  return new Error(`GitHub answered ${asked} with ${status} ${message}.\n${advice}`);
}

const runAgain = "Run the job again.";

function adviseToWait(seconds: number): string {
  return `GitHub limits the requests of this token. Run the job again in ${Math.ceil(seconds / 60)} min.`;
}

function advise(needs: string, status: number): string {
  if (status === 401) return "GITHUB_TOKEN is not valid here, or no longer.";
  if (status === 403 || status === 404) return `The job needs ${needs}.`;
  if (status === 410) return "Switch issues on: Settings, General, Features.";
  return runAgain;
}
