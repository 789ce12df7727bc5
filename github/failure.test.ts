import { RequestError } from "@octokit/request-error";
import { expect, test } from "vitest";
import { explainFailure } from "./failure.ts";

test("A rate limit that ends at a time of day is reported without a number that is none", () => {
  const request = { method: "GET", url: "https://api.github.com/user", headers: {} } as const;
  const headers = { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" };
  const response = { status: 429, url: request.url, headers, data: { message: "Too Many Requests" } };
  const error = new RequestError("Too Many Requests", 429, { request, response });
  const job = {
    GITHUB_TOKEN: "secret-token",
    GITHUB_REPOSITORY: "team/topics",
    GITHUB_API_URL: "https://api.github.com",
    GITHUB_RUN_ID: "42",
    GITHUB_SERVER_URL: "https://github.com",
    needs: "",
  };
  expect(String(explainFailure(error, job, undefined))).toContain("Run the job again in 1 min.");
});
