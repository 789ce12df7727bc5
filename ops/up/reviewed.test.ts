import { expect, test } from "vitest";
import { checkReviewed, describeFinding, parseHash } from "./reviewed.ts";

const [reviewed, other] = ["a".repeat(64), "b".repeat(64)];

test("The hash of a review is accepted, and nothing else", () => {
  expect(parseHash(reviewed)).toBe(reviewed);
  for (const given of ["", "a".repeat(63), "a".repeat(65), "A".repeat(64), `${"a".repeat(64)}\n`, "HEAD"])
    expect(() => parseHash(given), given).toThrow(
      /^--reviewed: given ".*", allowed: the hash that npm run review prints/,
    );
});

test("Another hash than the reviewed one is a finding with both, and what to do", () => {
  expect(checkReviewed(reviewed, reviewed)).toBeUndefined();
  const finding = checkReviewed(reviewed, other);
  expect(finding).toEqual({ code: "NOT_REVIEWED", expected: reviewed, observed: other });
  const said = finding && describeFinding(finding, "prod");
  expect(said).toContain(`--reviewed is ${reviewed}`);
  expect(said).toContain(`would be deployed is ${other}`);
  expect(said).toContain("npm run review -- --stack prod");
});
