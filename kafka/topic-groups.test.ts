import { expect, test } from "vitest";
import { generalize, groupTopics } from "./topic-groups.ts";

const findings = ["a", "b", "c", "d", "e"].map((topic) => ({
  topic,
  code: topic === "e" ? "OTHER" : "SAME",
}));
const names = (isVerbose: boolean, some = findings) =>
  groupTopics(some, ({ code }) => [code], isVerbose).map(({ topics }) => topics);

test("The same finding about more than three topics is reported once, with the count and the first names", () => {
  expect(names(false)).toEqual(["4 topics: a, b, c and 1 other", "e"]);
  expect(names(false, findings.slice(0, 3))).toEqual(["a", "b", "c"]);
});

test("With verbose output, all topics are listed", () => {
  expect(names(true)).toEqual(["a", "b", "c", "d", "e"]);
});

test("Only whole topic names in a text are replaced", () => {
  expect(generalize("Grant it READ on topic orders. Not on orders.eu, my-orders or orders2.", "orders")).toBe(
    "Grant it READ on topic TOPIC. Not on orders.eu, my-orders or orders2.",
  );
  expect(generalize("a.b.partitions", "a.b")).toBe("a.b.partitions");
  expect(generalize("aXb a.b", "a.b")).toBe("aXb TOPIC");
  expect(generalize("text", "")).toBe("text");
});

test("Who answers for the topics is named next to them", () => {
  const owned = (topic: string, owner?: string) => ({ topic, owner });
  const label = (...findings: ReturnType<typeof owned>[]) =>
    groupTopics(findings, () => ["same"], false).map(({ topics }) => topics);
  expect(label(owned("a", "payments"), owned("b"))).toEqual(["a (owner: payments)", "b"]);
  expect(label(owned("a", "x"), owned("b", "x"), owned("c", "x"), owned("d"))).toEqual([
    "4 topics: a, b, c and 1 other (owner: x)",
  ]);
  const many = ["v", "w", "x", "y", "z"].map((owner) => owned(`of-${owner}`, owner));
  expect(label(...many)).toEqual(["5 topics: of-v, of-w, of-x and 2 others (owners: v, w, x and 2 others)"]);
});
