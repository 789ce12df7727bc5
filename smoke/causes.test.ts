import { expect, test } from "vitest";
import type { MissingGrant } from "../kafka/acl-command.ts";
import { collectCauses } from "./causes.ts";
import type { TopicResult } from "./result.ts";
import { describeMissing } from "./wording.ts";

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

test("A cause is one line", () => {
  const topic = refused("a\nwarning b: c: d");
  expect(collectCauses([topic], false)[0]?.cause).not.toContain("\n");
});
