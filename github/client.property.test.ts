import fc from "fast-check";
import { expect } from "vitest";
import { isUnexpected } from "../machine/command.ts";
import { standForGitHub } from "../test/github-stand-in.ts";
import { damage, misplace, oddJson, oddJsonText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { askGitHub, listComments } from "./client.ts";
import { jobSchema, parse } from "./job.ts";

const gitHub = standForGitHub();
const issue = { owner: "team", repo: "topics", issue_number: 7 };
/** Ends endless pages. */
const limits = { requestMs: 50, totalMs: 50 };

const comment = fc.record({ id: fc.nat(), body: fc.constantFrom("", "one"), user: fc.constant(null) });
const comments = misplace(fc.array(comment, { maxLength: 3 }), oddJson).map(
  // JSON has no undefined.
  (value) => JSON.stringify(value) ?? "",
);
const here = "/repos/team/topics/issues/7/comments";
const headers = fc.record(
  {
    "content-type": fc.constantFrom("application/json; charset=utf-8", "text/html", ";", ""),
    "retry-after": fc.constantFrom("0", "1", "-1", "soon", "3600"),
    "x-ratelimit-remaining": fc.constantFrom("0", "-1", "many"),
    "x-ratelimit-reset": fc.constantFrom("0", "1e99", "soon"),
    link: fc.constantFrom(";;", "<>", `<${here}>; rel="last"`, `<${here}?page=2>; rel="next"`),
    location: fc.constantFrom(here, "/"),
  },
  { requiredKeys: ["content-type"] },
);
const answer = fc.record({
  status: fc.oneof(
    { arbitrary: fc.constant(200), weight: 80 },
    { arbitrary: fc.constantFrom(201, 204, 301, 304, 400, 401, 403, 404, 410, 422, 429, 451), weight: 20 },
    // Retried after a second.
    fc.constantFrom(500, 503, 599),
  ),
  headers,
  body: fc.oneof(comments, damage(comments), oddJsonText),
});

testProperty(
  "Any answer to a request for comments is a list of them or an error without the token",
  answer,
  async ({ status, headers, body }) => {
    gitHub.interfere = (response) => Boolean(response.writeHead(status, headers).end(body));
    const job = { ...parse(jobSchema, "environment", gitHub.environment), needs: "" };
    const read: unknown = await askGitHub(job, (client) => listComments(client, issue), limits).catch(
      (error: unknown) => error,
    );
    if (Array.isArray(read)) {
      for (const { id } of read) expect(id).toBeTypeOf("number");
      return;
    }
    expect(isUnexpected(read), String(read)).toBe(false);
    expect(String(read)).toMatch(/^Error: (GitHub (answered|did not answer|took longer) |GET http)/);
    expect(String(read)).not.toContain("secret-token");
  },
);
