import { expect, test } from "vitest";
import { defaultGroups } from "../kafka/smoke-settings.ts";
import { divideIntoGroups } from "./consumer-groups.ts";
import type { SentRecord } from "./produce.ts";

function sentTo(count: number): Map<string, SentRecord[]> {
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const topic = `topic-${index}`;
      const record = {
        topic,
        partition: 0,
        key: "k",
        value: "{}",
        headers: {},
        offset: "0",
        acknowledgedMs: 1,
      };
      return [topic, [record]];
    }),
  );
}

test("A consumer group has at most 100 topics, and each topic with a record is in one", () => {
  const sent = sentTo(201);
  const groups = divideIntoGroups("smoke-1", sent, defaultGroups);
  expect([...groups].map(([group, topics]) => [group, topics.size])).toEqual([
    ["smoke-1-1", 100],
    ["smoke-1-2", 100],
    ["smoke-1-3", 1],
  ]);
  expect(new Map([...groups.values()].flatMap((topics) => [...topics]))).toEqual(sent);
});

test("A topic without a record is in no consumer group, and without records there are no groups", () => {
  const groups = divideIntoGroups("smoke-1", new Map([...sentTo(1), ["refused", []]]), defaultGroups);
  expect([...groups.values()].map((topics) => [...topics.keys()])).toEqual([["topic-0"]]);
  expect(divideIntoGroups("smoke-1", new Map([["refused", []]]), defaultGroups).size).toBe(0);
});

test("The groups' ids have the prefix that the stack sets, or there is one group with the id that it sets", () => {
  const ids = (name: string, isPrefix: boolean) => [
    ...divideIntoGroups("smoke-1", sentTo(101), { name, isPrefix }).keys(),
  ];
  expect(ids("audit-", true)).toEqual(["audit-smoke-1-1", "audit-smoke-1-2"]);
  expect(ids("audit", false)).toEqual(["audit"]);
});
