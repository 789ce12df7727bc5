import fc from "fast-check";
import { expect } from "vitest";
import { misplace, oddJson, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { isAnswer } from "./answers.ts";
import { isOwn } from "./client.ts";

const marker = "review-prod";
const entry = fc.record(
  {
    id: fc.nat(),
    number: fc.nat(),
    body: fc.oneof(fc.constant(`<!-- ${marker} -->\n`), oddText, fc.constant(null)),
    user: fc.option(fc.record({ login: fc.constantFrom("github-actions[bot]", "ann") })),
    html_url: fc.webUrl(),
  },
  { requiredKeys: ["id", "html_url"] },
);

testProperty(
  "Any list that is an answer of GitHub has entries that are one's own or not",
  misplace(fc.array(entry, { maxLength: 3 }), oddJson),
  (data) => {
    if (!isAnswer("GET", "/repos/{owner}/{repo}/issues", data) || !Array.isArray(data)) return;
    for (const one of data) {
      expect(one.id).toBeTypeOf("number");
      const isMine = one.user?.login === "ann" && String(one.body).startsWith(`<!-- ${marker} -->`);
      expect(isOwn(one, "ann", marker)).toBe(isMine);
    }
  },
);

testProperty(
  "Any object that is an answer of GitHub to a write has an address",
  misplace(entry, oddJson),
  (data) => {
    if (isAnswer("PATCH", "/repos/{owner}/{repo}/issues/1", data))
      expect(data).toMatchObject({ html_url: expect.any(String) });
  },
);

testProperty(
  "Any errors that are an answer of GitHub's GraphQL API have messages",
  misplace(fc.record({ data: oddJson, errors: fc.array(fc.record({ message: oddText })) }), oddJson),
  (data) => {
    if (!isAnswer("POST", "/graphql", data)) return;
    for (const { message } of Object(data).errors ?? []) expect(message).toBeTypeOf("string");
  },
);
