import { expect, test } from "vitest";
import type { MissingGrant } from "../kafka/acl-command.ts";
import { collectCauses } from "./causes.ts";
import type { TopicResult } from "./result.ts";
import { describeMissing, wordCheck } from "./wording.ts";

/** A topic whose records are refused because a permission is missing; the cause names the topic. */
function refused(topic: string): TopicResult {
  const reason = "User:smoke is not allowed to. Grant it WRITE on the topic.";
  const grant: MissingGrant = {
    ...{ principal: "User:smoke", operations: ["WRITE"], resource: "topic", names: [topic] },
    ...{ servers: "a:9092", grantedBy: "acl" },
  };
  const cause = describeMissing(reason, [grant]);
  const check = { group: "records", name: "written", expected: "1 record", observed: "refused" } as const;
  return {
    topic,
    mode: "produce",
    verdict: "failed",
    partitions: 1,
    replicationFactor: 1,
    checks: [
      { ...check, verdict: "failed", code: "RECORDS_REFUSED", cause, missing: { reason, grants: [grant] } },
    ],
    partitionResults: [],
  };
}

const topics = ["a.one", "a.two", "a.three", "a.four"].map(refused);

test("A cause that more than three topics share is reported once, even if it names each topic", () => {
  expect(collectCauses(topics, false).map((cause) => cause.topics)).toEqual([
    "4 topics: a.one, a.two, a.three and 1 other",
  ]);
  expect(collectCauses(topics, false).map(({ cause }) => cause)).toEqual([
    "User:smoke is not allowed to. Grant it WRITE on the topic. To grant it, with the beginning of the topics' names as " +
      "PREFIX: kafka-acls.sh --bootstrap-server a:9092 --command-config admin.properties --add --allow-principal User:smoke " +
      "--operation Write --topic PREFIX --resource-pattern-type prefixed",
  ]);
  const [first] = topics;
  expect(collectCauses(topics, true)[0]?.cause).toBe(first?.checks[0]?.cause);
  expect(first?.checks[0]?.cause).toMatch(/ --operation Write --topic a\.one$/);
  expect(collectCauses(topics, true)).toHaveLength(4);
  expect(collectCauses(topics.slice(0, 3), false)).toHaveLength(3);
});

test("Topics whose records have another format share a line, although each has its own record as evidence", () => {
  const others = topics.map((topic, at): TopicResult => {
    const check = { group: "records", name: "written", expected: "1 record", observed: "not tried" } as const;
    const finding = { code: "RECORDS_NOT_JSON", partition: at, offset: "41", observed: "text" } as const;
    return { ...topic, checks: [wordCheck({ ...check, verdict: "failed", finding })] };
  });
  const [shared, ...more] = collectCauses(others, false);
  expect(more).toEqual([]);
  expect(shared?.topics).toBe("4 topics: a.one, a.two, a.three and 1 other");
  expect(shared?.cause).toMatch(
    /^no record was sent, because the topic's newest records are not JSON\. Declare/,
  );
  expect(collectCauses(others.slice(1, 2), false)[0]?.cause).toContain(
    "are not JSON: the record at offset 41 of partition 1 is text. Declare",
  );
});

test("A cause is one line", () => {
  const topic = refused("a\nwarning b: c: d");
  expect(collectCauses([topic], false)[0]?.cause).not.toContain("\n");
});
