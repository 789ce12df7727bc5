import { expect, test } from "vitest";
import { explainExisting, requireNewFile } from "./new-stack.ts";

const url = "s3://our-state?region=eu-central-1";

test("A file that exists can be removed together with its stack", () => {
  expect(() => requireNewFile("dev")).toThrow(
    "To start over: npm run pulumi -- stack rm dev --yes, which also removes",
  );
  expect(() => requireNewFile("dev", url)).toThrow(
    `To start over: PULUMI_BACKEND_URL='${url}' npm run pulumi`,
  );
});

test("A stack that only the backend has can be removed, also from a backend that only the flag names", () => {
  const remove = "npm run pulumi -- stack rm prod --yes, which refuses a stack with topics.";
  expect(explainExisting("prod", { url, environment: {} })).toContain(`run this again: ${remove}`);
  expect(explainExisting("prod", { url, environment: { PULUMI_BACKEND_URL: url } })).toContain(
    `PULUMI_BACKEND_URL='${url}' ${remove}`,
  );
});
