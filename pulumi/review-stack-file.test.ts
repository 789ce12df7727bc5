import { expect, test } from "vitest";
import { localStack } from "./environment.ts";
import { writeReviewFile } from "./review-stack-file.ts";

// Pull requests that a review with a base refuses before it connects to anything.

const base = { ref: "main", projectFile: {} };
const password = { "kafka:saslPassword": { secure: "v1:a" } };
const stackFile = { encryptionsalt: "v1:salt", config: password };

test.each(["kafka:saslPassword", "kafka:saslAwsToken", "audit:saslPassword"])(
  "A password that the pull request no longer encrypts is refused, also for a key that the base decides: %s",
  async (key) => {
    const config = Promise.resolve({ [key]: { value: "opensesame", secret: false } });
    const refused = await writeReviewFile(localStack, { base: { ...base, stackFile }, config });
    expect(refused).toMatchObject({ problems: [{ code: "SECRET_NOT_ENCRYPTED", field: key }] });
    expect(JSON.stringify(refused)).not.toContain("opensesame");
  },
);

test("An encrypted value for a key that messages show is refused without the value", async () => {
  const config = Promise.resolve({ "kafka-topics:namePattern": { secret: true } });
  const refused = await writeReviewFile(localStack, { base: { ...base, stackFile }, config });
  expect(refused).toMatchObject({
    problems: [{ code: "INVALID_VALUE", field: "kafka-topics:namePattern", given: "(not shown)" }],
  });
});

test("A pull request that removes the stack's file is a finding that says what to do", async () => {
  const config = Promise.resolve({});
  const refused = await writeReviewFile("removed", { base: { ...base, stackFile }, config });
  expect(refused).toMatchObject({
    problems: [
      {
        code: "STACK_FILE_REMOVED",
        place: "Pulumi.removed.yaml",
        refused: expect.stringContaining("Restore it."),
      },
    ],
  });
});

test("A stack whose file the base does not have is a finding", async () => {
  const refused = await writeReviewFile("added", { base, config: Promise.resolve({}) });
  expect(refused).toMatchObject({ problems: [{ code: "STACK_NOT_IN_BASE", given: "main" }] });
});
