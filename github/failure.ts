import { GraphqlResponseError } from "@octokit/graphql";
import { RequestError } from "@octokit/request-error";
import type { Job } from "./job.ts";

/** Whether an answer is not the page of a proxy or a login. */
function isJson({ data }: { readonly data: unknown }): boolean {
  return typeof data === "object" && data !== null && !(data instanceof ArrayBuffer);
}

/**
 * Describes an error of the client: the request, GitHub's answer and the next step.
 * @param limitedForSeconds how long the rate limit that refused the request lasts
 * @returns the error itself if it is not from the client
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
  if (!response) return new Error(`GitHub did not answer ${asked}: ${error.message}. ${runAgain}`);
  const { location } = response.headers;
  if (status >= 300 && status < 400 && location)
    return new Error(
      `${asked} returned ${status}, a redirect to ${URL.parse(location, request.url)?.origin ?? "no address"}, which was ` +
        `not followed.\n${adviseOnProxy}`,
    );
  // A success is an error only because of its data.
  if (status < 400 || !isJson(response)) {
    const type = response.headers["content-type"]?.replace(/;.*/, "") ?? "no content type";
    const returned = isJson(response) ? "JSON that is not GitHub's" : `${type} instead of JSON`;
    const advice = status >= 500 ? runAgain : `It may be a proxy or a login page. ${adviseOnProxy}`;
    return new Error(`${asked} returned ${status} with ${returned}.\n${advice}`);
  }
  const message = error.message.replace(/ - https:\S+$/, "").replace(/\.$/, "");
  const waitSeconds =
    limitedForSeconds ?? (status === 429 ? Number(response.headers["retry-after"]) || 60 : undefined);
  const advice = waitSeconds === undefined ? advise(needs, status) : adviseToWait(waitSeconds);
  return new Error(`GitHub answered ${asked} with ${status} ${message}.\n${advice}`);
}

const runAgain = "Run the job again.";
const adviseOnProxy = "Check GITHUB_API_URL and the runner's proxy.";

function adviseToWait(seconds: number): string {
  return `GitHub rate-limits this token. Run the job again in ${Math.ceil(seconds / 60)} min.`;
}

function advise(needs: string, status: number): string {
  if (status === 401) return "GITHUB_TOKEN is invalid or has expired.";
  if (status === 403 || status === 404) return `The job needs ${needs}.`;
  if (status === 410) return "Turn on issues under Settings, General, Features.";
  return runAgain;
}
