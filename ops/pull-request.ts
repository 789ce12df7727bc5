import { z } from "zod";

/** A pull request on GitHub, and the means to reach it. */
export type PullRequest = {
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly token: string;
  /** `OWNER/NAME`. */
  readonly repository: string;
  readonly pullRequest: number;
};

const requestTimeoutMs = 30_000;

const viewerSchema = z.object({ data: z.object({ viewer: z.object({ login: z.string() }) }) });
const commentSchema = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
});

/**
 * Writes a comment, or edits in place the one that this token's own user wrote under the same hidden line.
 * @param hidden the first line, which GitHub does not show
 * @throws Error with GitHub's own words and what to do
 */
export async function putComment(
  pullRequest: PullRequest,
  hidden: string,
  body: string,
): Promise<{ url: string; edited: boolean }> {
  const { apiUrl, graphqlUrl, token, repository } = pullRequest;
  // A job's token has a user, but may not ask the REST API who it is.
  const asked = await request(token, "POST", graphqlUrl, { query: "{ viewer { login } }" });
  const { login } = viewerSchema.parse(await asked.json()).data.viewer;
  const comments = `${apiUrl}/repos/${repository}/issues/${pullRequest.pullRequest}/comments`;

  let page: string | undefined = `${comments}?per_page=100`;
  while (page) {
    const listed = await request(token, "GET", page);
    // Anybody can write the hidden line, and an administrator's token could edit anybody's comment.
    const own = z
      .array(commentSchema)
      .parse(await listed.json())
      .find((comment) => comment.user?.login === login && comment.body?.startsWith(hidden));
    if (own) {
      const url = `${apiUrl}/repos/${repository}/issues/comments/${own.id}`;
      const edited = await request(token, "PATCH", url, { body: hidden + body });
      return { url: commentSchema.parse(await edited.json()).html_url, edited: true };
    }
    page = listed.headers.get("link")?.match(/<([^>]*)>; rel="next"/)?.[1];
  }
  const written = await request(token, "POST", comments, { body: hidden + body });
  return { url: commentSchema.parse(await written.json()).html_url, edited: false };
}

/**
 * As many of the first lines as there is room for, under the note: what is cut may leave a list or a code block open,
 * and a note below would be lost in it.
 */
export function cutMarkdown(markdown: string, limitBytes: number, note: string): string {
  if (Buffer.byteLength(markdown) <= limitBytes) return markdown;
  let cut = `${note}\n\n`;
  let room = limitBytes - Buffer.byteLength(cut);
  for (const line of markdown.split(/(?<=\n)/)) {
    room -= Buffer.byteLength(line);
    if (room < 0) break;
    cut += line;
  }
  return cut;
}

async function request(token: string, method: string, url: string, json?: object): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
    },
    signal: AbortSignal.timeout(requestTimeoutMs),
    ...(json && { body: JSON.stringify(json) }),
  }).catch((error: Error) => {
    const { message } = error.cause instanceof Error ? error.cause : error;
    throw new Error(`GitHub gave no answer to ${method} ${url}: ${message}. Run the job again.`);
  });
  if (response.ok) return response;
  const said = z.object({ message: z.string() }).safeParse(await response.json().catch(() => undefined));
  const what = `GitHub answered ${method} ${url} with ${response.status} ${said.data?.message ?? response.statusText}.`;
  throw new Error(`${what}\n${advise(response.status)}`);
}

function advise(status: number): string {
  if (status === 401) return "GITHUB_TOKEN is not valid here, or no longer.";
  if (status === 403 || status === 404) {
    return 'The job needs "permissions: pull-requests: write"; a pull request from a fork never has it.';
  }
  return "Run the job again.";
}
