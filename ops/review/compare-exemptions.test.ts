import { expect, test } from "vitest";
import { compareExemptions } from "./compare-exemptions.ts";

const outputs = (exempt: Record<string, string> | undefined) => ({
  topics: { orders: { partitions: 1, ...(exempt && { exempt }) }, audit: {} },
  settings: {},
});

test("A new exemption of a topic needs caution, with its reason; one that is removed is safe", () => {
  const added = { maxPartitions: "from the old cluster", namePattern: "its old name" };
  expect(compareExemptions(outputs({ namePattern: "its old name" }), outputs(added))).toEqual([
    {
      key: "orders.exempt.maxPartitions",
      topic: "orders",
      limit: "maxPartitions",
      risk: "caution",
      code: "TOPIC_EXEMPTED",
      expected: "from the old cluster",
    },
  ]);
  expect(compareExemptions(outputs(added), outputs(undefined))).toEqual([
    {
      key: "orders.exempt.maxPartitions",
      topic: "orders",
      limit: "maxPartitions",
      risk: "safe",
      code: "TOPIC_EXEMPTION_REMOVED",
      observed: "from the old cluster",
    },
    {
      key: "orders.exempt.namePattern",
      topic: "orders",
      limit: "namePattern",
      risk: "safe",
      code: "TOPIC_EXEMPTION_REMOVED",
      observed: "its old name",
    },
  ]);
});

test("Before the first deployment, and after one of an earlier version, every exemption is new", () => {
  for (const before of [undefined, {}, { topics: { orders: {} } }])
    expect(compareExemptions(before, outputs({ maxPartitions: "why" }))).toHaveLength(1);
});
