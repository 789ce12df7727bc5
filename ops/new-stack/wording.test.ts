import { expect, test } from "vitest";
import { describeCreated, explainUnusable, suggestNext } from "./wording.ts";

test("The password of a backend is not shown", () => {
  const created = { backend: "postgres://ada:secret@db/states", isBackendNew: false, isPassphraseNew: false };
  expect(describeCreated("prod", created)).toContain("in the backend postgres://ada:***@db/states.");
});

test("The topics to adopt are those of teams; without any, the next step is a preview", () => {
  const topics = (...names: string[]) => names.map((name) => ({ name, internal: false }));
  expect(suggestNext("prod", topics("orders", "_schemas", "__consumer_offsets"), [])).toContain(
    "The cluster has 1 topic. Next: npm run adopt -- --stack prod",
  );
  for (const others of [topics(), topics("_schemas", "__consumer_offsets")])
    expect(suggestNext("prod", others, ["orders"])).toContain(
      "The cluster has no topics that npm run adopt could adopt. Next: npm run preview -- --stack prod",
    );
});

test("A secret of a stack that cannot use its cluster is not corrected with config set", () => {
  expect(explainUnusable("prod")).toContain(
    "Correct a value with npm run pulumi -- config set --stack prod KEY VALUE, a secret with npm run secret -- --stack prod KEY,",
  );
});

test("Topics that the catalogue declares need not be adopted", () => {
  const topics = ["orders", "payments", "_schemas"].map((name) => ({ name, internal: false }));
  expect(suggestNext("prod", topics, ["orders", "payments"])).toContain(
    "The catalogue declares all topics of the cluster. Next: npm run preview -- --stack prod",
  );
  expect(suggestNext("prod", topics, ["orders"])).toContain(
    "The cluster has 1 topic that the catalogue does not declare. Next: npm run adopt -- --stack prod",
  );
});
