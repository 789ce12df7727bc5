import { expect, test } from "vitest";
import type { Change } from "../review/findings.ts";
import { canLoseCheckpoints } from "./update.ts";

const [few, many] = [49, 50];
const deletion: Change = { code: "TOPIC_DELETED", topic: "a", op: "delete", risk: "data loss" };

function creations(count: number): Change[] {
  const expected = { partitions: 1, replicationFactor: 1 };
  return Array.from({ length: count }, (_, at) => ({
    code: "TOPIC_CREATED",
    topic: `topic-${at}`,
    op: "create",
    risk: "safe",
    expected,
  }));
}

test("An update that does nothing but create many topics needs no checkpoints", () => {
  expect(canLoseCheckpoints({ adopts: true, changes: creations(many) })).toBe(true);
});

test.for<[what: string, review: Parameters<typeof canLoseCheckpoints>[0]]>([
  ["creates few topics", { adopts: true, changes: creations(few) }],
  ["also deletes one", { adopts: true, changes: [...creations(many), deletion] }],
  [
    "also adopts one",
    { adopts: true, changes: [...creations(many), { ...deletion, code: "TOPIC_ADOPTED" }] },
  ],
  ["does not adopt existing topics", { adopts: false, changes: creations(many) }],
  ["may not adopt existing topics, because its preview failed", { changes: creations(many) }],
])("An update that %s keeps its checkpoints", ([, review]) => {
  expect(canLoseCheckpoints(review)).toBe(false);
});
