import { expect, test } from "vitest";
import type { Preview } from "../../pulumi/preview.ts";
import { findJsonWrites } from "./compare-smoke.ts";
import { judgePreview, noPreview } from "./read-review.ts";
import { describeChange } from "./wording.ts";

const outputs = (smoke: unknown) => ({ topics: { orders: { smoke, owner: "shop" } } });

test.for([
  ["dry-run", 'smoke "dry-run" → "produce": JSON will be written to this topic'],
  ["metadata", 'smoke "metadata" → "produce": JSON will be written to this topic'],
  [{ off: "why" }, 'smoke "off" → "produce": JSON will be written to this topic'],
] as const)(
  "A topic to which the smoke suite will write JSON needs caution, and did not before: %j",
  ([before, what]) => {
    const [change, ...more] = findJsonWrites(outputs(before), outputs("produce"), []);
    expect(change).toMatchObject({ topic: "orders", op: "same", risk: "caution", code: "SMOKE_WRITES_JSON" });
    expect(change && describeChange(change)).toBe(what);
    expect(more).toEqual([]);
  },
);

test("A new topic, one that already gets JSON and one that no longer does are not reported", () => {
  for (const before of [undefined, {}, outputs("produce"), outputs(undefined), outputs("another version's")])
    expect(findJsonWrites(before, outputs("produce"), [])).toEqual([]);
  for (const after of ["dry-run", "metadata", { off: "why" }])
    expect(findJsonWrites(outputs("produce"), outputs(after), [])).toEqual([]);
});

test("It is a change of its own in a review, although the engine calls the topic unchanged", () => {
  const preview: Preview = {
    ...noPreview,
    findings: { errors: [], warnings: [], outputs: outputs("produce") },
    deployedOutputs: outputs("dry-run"),
    failed: false,
  };
  expect(judgePreview(preview, new Map(), [], [])).toMatchObject({
    verdict: "caution",
    changes: [{ topic: "orders", owner: "shop", code: "SMOKE_WRITES_JSON" }],
  });
  expect(judgePreview({ ...preview, failed: true }, new Map(), [], []).changes).toEqual([]);
});
