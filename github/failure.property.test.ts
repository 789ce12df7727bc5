import { GraphqlResponseError } from "@octokit/graphql";
import { RequestError } from "@octokit/request-error";
import fc from "fast-check";
import { expect } from "vitest";
import { isUnexpected } from "../machine/command.ts";
import { oddJson, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { explainFailure } from "./failure.ts";

const job = {
  GITHUB_TOKEN: "secret-token",
  GITHUB_REPOSITORY: "team/topics",
  GITHUB_API_URL: "https://api.github.com",
  GITHUB_RUN_ID: "42",
  GITHUB_SERVER_URL: "https://github.com",
  needs: '"permissions: issues: write"',
};

const response = fc.record({
  data: fc.oneof(oddJson, oddText, fc.constant(new ArrayBuffer(0))),
  headers: fc.record(
    {
      "content-type": fc.constantFrom("text/html; charset=utf-8", "application/json", ";", ""),
      "retry-after": fc.constantFrom("60", "0", "-1", "soon", "Wed, 21 Oct 2026 07:28:00 GMT"),
    },
    { requiredKeys: [] },
  ),
});
const requestErrors = fc
  .record({
    message: oddText,
    status: fc.oneof(fc.constantFrom(200, 401, 403, 404, 410, 422, 429, 502), fc.nat(599)),
    answer: fc.option(response),
  })
  .map(({ message, status, answer }) => {
    const url = "https://api.github.com/repos/team/topics/issues";
    const request = { method: "GET", url, headers: { authorization: "token secret-token" } } as const;
    return new RequestError(message, status, {
      request,
      ...(answer && { response: { status, url, ...answer } }),
    });
  });
const errors = fc.tuple(
  fc.record({
    message: oddText,
    type: oddText,
    path: fc.tuple(oddText),
    extensions: fc.constant({}),
    locations: fc.tuple(fc.record({ line: fc.nat(), column: fc.nat() })),
  }),
);
const graphqlErrors = errors.map((errors) => {
  const request = { method: "POST", url: "/graphql", query: "" } as const;
  return new GraphqlResponseError(request, {}, { data: null, errors });
});

testProperty(
  "Any error of the client is explained, with what to do and without the token",
  fc.tuple(
    fc.oneof(requestErrors, graphqlErrors),
    fc.option(fc.integer({ min: 1, max: 4_000 }), { nil: undefined }),
  ),
  ([error, limitedForSeconds]) => {
    const explained = explainFailure(error, job, limitedForSeconds);
    expect(isUnexpected(explained), String(explained)).toBe(false);
    const text = String(explained);
    expect(text).toMatch(
      /Run the job again|GITHUB_TOKEN is|The job needs|Turn on issues|Check GITHUB_API_URL/,
    );
    expect(text).not.toMatch(/secret-token|in (NaN|-\d+) min/);
  },
);
