import { expect, test } from "vitest";
import { describeCreated } from "./wording.ts";

test("The password of a backend is not shown", () => {
  const created = { backend: "postgres://ada:secret@db/states", isBackendNew: false, isPassphraseNew: false };
  expect(describeCreated("prod", created)).toContain("in the backend postgres://ada:***@db/states.");
});
