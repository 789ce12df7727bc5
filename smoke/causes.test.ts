import { expect, test } from "vitest";
import { collectCauses } from "./causes.ts";
import type { TopicResult } from "./result.ts";

/** A topic whose records are refused because a permission is missing; the cause names the topic. */
function refused(topic: string): TopicResult {
  const cause = `User:smoke is not allowed to. Grant it WRITE on topic ${topic}.`;
  const check = { group: "records", name: "written", expected: "1 record", observed: "refused" } as const;
  return {
    topic,
    mode: "produce",
    verdict: "failed",
    partitions: 1,
    replicationFactor: 1,
    checks: [{ ...check, verdict: "failed", code: "RECORDS_REFUSED", cause }],
    partitionResults: [],
  };
}

const topics = ["a.one", "a.two", "a.three", "a.four"].map(refused);

test("A cause that more than three topics share is reported once, even if it names each topic", () => {
  expect(collectCauses(topics, false).map((cause) => cause.topics)).toEqual([
    "4 topics: a.one, a.two, a.three and 1 other",
  ]);
  expect(collectCauses(topics, false).map(({ cause }) => cause)).toEqual([
    "User:smoke is not allowed to. Grant it WRITE on topic TOPIC.",
  ]);
  expect(collectCauses(topics, true)).toHaveLength(4);
  expect(collectCauses(topics.slice(0, 3), false)).toHaveLength(3);
});

test("A cause is one line", () => {
  const topic = refused("a\nwarning b: c: d");
  expect(collectCauses([topic], false)[0]?.cause).not.toContain("\n");
});
