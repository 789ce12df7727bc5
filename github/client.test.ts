import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { expect, test, vi } from "vitest";
import { standForGitHub } from "../test/github-stand-in.ts";
import { askGitHub, readLogin } from "./client.ts";
import { jobSchema, parse } from "./job.ts";

// Each test starts programs or waits for a rate limit, which takes time.
vi.setConfig({ testTimeout: 30_000 });

const gitHub = standForGitHub();
const comment = () => gitHub.run("comment.ts", "# one\n", "--marker", "review-prod");

const json = { "content-type": "application/json" };
const secondary = {
  message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
  documentation_url: "https://docs.github.com/rest",
};

/** Answers the first matching requests instead of GitHub. */
function answerFirst(request: RegExp, count: number, answer: (response: ServerResponse) => void): void {
  let left = count;
  gitHub.interfere = (response, asked) => {
    if (!request.test(asked) || left === 0) return false;
    left -= 1;
    answer(response);
    return true;
  };
}

/** A server of somebody else, with the requests that it gets. */
async function listenElsewhere() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.end("[]");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

test.for([
  [403, "GET /repos"],
  [429, "GET /repos"],
  [403, "POST /repos"],
  [429, "POST /graphql"],
] as const)(
  "A request that a secondary rate limit refuses is retried after the wait: %d to %s",
  async ([status, request]) => {
    let refusedAt = 0;
    answerFirst(new RegExp(`^${request}`), 1, (response) => {
      refusedAt = performance.now();
      response.writeHead(status, { ...json, "retry-after": "2" }).end(JSON.stringify(secondary));
    });
    expect(await comment()).toMatchObject({ exitCode: 0, stderr: "" });
    expect(performance.now() - refusedAt).toBeGreaterThan(2_000);
    expect(gitHub.writes).toBe(1);
  },
);

test.for([
  [403, { "retry-after": "3600" }, secondary],
  [
    403,
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.ceil(Date.now() / 1000) + 3_600) },
    { message: "API rate limit" },
  ],
  [429, { "retry-after": "3600" }, { message: "Too Many Requests" }],
] as const)(
  "A rate limit that lasts too long is not reported as a missing permission: %d",
  async ([status, headers, body]) => {
    answerFirst(/^GET/, 1, (response) => {
      response.writeHead(status, { ...json, ...headers }).end(JSON.stringify(body));
    });
    const { exitCode, stderr } = await comment();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`with ${status} ${body.message.replace(/\.$/, "")}.\n`);
    expect(stderr).toMatch(/GitHub rate-limits this token\. Run the job again in \d+ min\./);
    expect(stderr).not.toContain("permissions");
  },
);

test("A GraphQL error is reported with its message", async () => {
  answerFirst(/graphql/, 1, (response) => {
    const errors = [{ type: "INTERNAL", message: "Something is wrong" }];
    response.writeHead(200, json).end(JSON.stringify({ data: null, errors }));
  });
  const { exitCode, stderr } = await comment();
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: "GitHub answered POST /graphql with Something is wrong.\nRun the job again.\n",
  });
});

test.for([
  ["a login page", /^POST/, 200, "proxy"],
  ["a login page", /^GET/, 200, "proxy"],
  ["a proxy's refusal", /^GET/, 403, "proxy"],
  ["GitHub's own page", /^POST .*comments/, 502, "Run the job again."],
] as const)("%s instead of JSON is reported as such: %s, %d", async ([, request, status, advice]) => {
  answerFirst(request, 9, (response) => {
    response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end("<html>Sign in</html>");
  });
  const { exitCode, stderr } = await comment();
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`returned ${status} with text/html instead of JSON.`);
  expect(stderr).toContain(advice);
  expect(stderr).not.toContain("<html>");
});

test.for([
  ["GET", /^GET/, '{"total_count":0}'],
  ["GET", /^GET/, "[null]"],
  ["POST", /graphql/, '{"errors":"no"}'],
  ["POST", /^POST .*comments/, "{}"],
] as const)("JSON that is not GitHub's is reported as such: %s, %s, %s", async ([method, request, json]) => {
  answerFirst(request, 9, (response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(json);
  });
  const { exitCode, stderr } = await comment();
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(
      new RegExp(`^${method} http.* returned 200 with JSON that is not GitHub's\\.\\n.*proxy`),
    ),
  });
});

test.for([
  [301, /^GET/],
  [302, /^GET/],
  [307, /graphql/],
  [307, /^POST .*comments/],
  [308, /^POST .*comments/],
] as const)(
  "A redirect to another host gets neither the token nor the text: %d to %s",
  async ([status, request]) => {
    await using other = await listenElsewhere();
    answerFirst(request, 9, (response) => {
      response.writeHead(status, { location: `${other.url}/steal` }).end();
    });
    const { exitCode, stderr } = await comment();
    expect({ exitCode, asked: other.asked }).toEqual({ exitCode: 1, asked: [] });
    expect(stderr).toMatch(
      new RegExp(`returned ${status}, a redirect to ${other.url}, which was not followed\\.\n`),
    );
  },
);

test("A list whose next page is on another host is not read from there", async () => {
  await using other = await listenElsewhere();
  answerFirst(/^GET/, 1, (response) => {
    response.writeHead(200, { ...json, link: `<${other.url}/steal>; rel="next"` }).end("[]");
  });
  expect(await comment()).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: `GitHub's answer refers to ${other.url}, which gets no token. Check GITHUB_API_URL and the runner's proxy.\n`,
  });
  expect(other.asked).toEqual([]);
});

test("No token is sent over http to another machine", async () => {
  gitHub.environment.GITHUB_API_URL = "http://api.github.example";
  const { exitCode, stderr } = await comment();
  expect(exitCode).toBe(1);
  expect(stderr).toContain("GITHUB_API_URL: given 'http://api.github.example', allowed: the https address");
});

test("An answer that does not end is given up", async () => {
  answerFirst(/^GET/, 9, (response) => {
    response.writeHead(200, json);
    const chunk = Buffer.alloc(2 ** 20, " ");
    const send = () => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once("drain", send);
    };
    send();
  });
  const { exitCode, stderr } = await comment();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^GitHub did not answer GET http:.*: the answer has more than \d+ bytes\. Run the job again\.\n$/,
  );
});

test("JSON that is nested too deeply to be GitHub's is not parsed", async () => {
  const nested = `${"[".repeat(1_000)}"]\\"]"${"]".repeat(1_000)}`;
  answerFirst(/^GET/, 9, (response) => response.writeHead(200, json).end(nested));
  const { exitCode, stderr } = await comment();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^GET http:.* returned 200 with JSON that is not GitHub's\./);
});

test("An error with an integer that is longer than GitHub's is reported as an error of GitHub", async () => {
  answerFirst(/^GET/, 9, (response) => response.writeHead(410, json).end('[{"id":-9007199254740992}]'));
  const { exitCode, stderr } = await comment();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^GitHub answered /);
});

test("A request whose connection ends without an answer is retried, and reported if it keeps failing", async () => {
  answerFirst(/^GET/, 1, (response) => response.destroy());
  expect(await comment()).toMatchObject({ exitCode: 0, stderr: "" });
  answerFirst(/^GET/, 9, (response) => response.destroy());
  const { exitCode, stderr } = await comment();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^GitHub did not answer GET http:.*: other side closed\. Run the job again\.\n$/);
});

test("All requests together have a time limit, whatever GitHub does", async () => {
  const job = { ...parse(jobSchema, "environment", gitHub.environment), needs: "" };
  let asked = 0;
  gitHub.interfere = () => {
    asked += 1;
    return true;
  };
  const limits = { requestMs: 100, totalMs: 1_500 };
  await expect(askGitHub(job, readLogin, limits)).rejects.toThrow(
    "GitHub took longer than 1.5 s to answer. Run the job again.",
  );
  expect(asked).toBeGreaterThan(1);
});
