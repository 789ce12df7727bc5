import { expect, test } from "vitest";
import { describeThrown } from "./given-value.ts";
import { nearest } from "./problem.ts";
import { RefusedError } from "./refused-error.ts";

const columns = 120;
const rows = 50;

test("Twenty problems fit on one screen, whatever the given values are", () => {
  const known = Array.from({ length: 100 }, (_, index) => `some.config.key.${index}`);
  const problems = Array.from({ length: 20 }, (_, index) => ({
    code: "UNKNOWN_KEY",
    topic: `advertising.topic-${index}`,
    place: "infra/topics/advertising.ts",
    field: `advertising.topic-${index}.config["no.such.key"]`,
    given: "x".repeat(10_000),
    allowed: `a known key, ${nearest("no.such.key", known)}`,
  }));
  const lines = new RefusedError(problems).message.split("\n");
  const taken = lines.reduce((total, line) => total + Math.ceil(line.length / columns), 0);
  expect(taken).toBeLessThanOrEqual(rows);
});

test("Problems are sorted by file and topic, with an invalid name among the other fields of its topic", () => {
  const problem = (place: string, field: string, given: unknown = 1) => ({
    code: "INVALID_VALUE",
    place,
    field,
    given,
    allowed: "2",
  });
  const { message } = new RefusedError([
    problem("b.ts", "a.partitions"),
    problem("a.ts", "name", "b"),
    problem("a.ts", "c.partitions"),
    problem("a.ts", "a.partitions"),
  ]);
  expect(message.split("\n").map((line) => line.split(", ")[0])).toEqual([
    "4 problems",
    "  a.ts: a.partitions: given 1",
    "  a.ts: name: given 'b'",
    "  a.ts: c.partitions: given 1",
    "  b.ts: a.partitions: given 1",
  ]);
});

test("The same problem of more than three topics is reported once, with the count and the first names", () => {
  const broken = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      code: "REPLICATION_FACTOR_TOO_LOW",
      topic: `team.topic-${index}`,
      place: "infra/topics/team.ts",
      field: `team.topic-${index}.replicationFactor`,
      given: 1,
      allowed: "at least 2 (minReplicationFactor of Pulumi.prod.yaml)",
    }));
  expect(new RefusedError(broken(205)).message.split("\n")).toEqual([
    "205 problems, nothing was changed:",
    "  205 topics: TOPIC.replicationFactor: given 1, allowed: at least 2 (minReplicationFactor of Pulumi.prod.yaml)",
    "    team.topic-0 (infra/topics/team.ts), team.topic-1 (infra/topics/team.ts), team.topic-10 (infra/topics/team.ts) and 202 more",
  ]);
  expect(new RefusedError(broken(3)).message.split("\n")).toHaveLength(4);
});

test("A value that is cut keeps its quotes", () => {
  const problem = { code: "INVALID_VALUE", place: "a.ts", field: "a.sample", allowed: "less" };
  expect(new RefusedError([{ ...problem, given: "x".repeat(60) }]).message).toContain(
    `given '${"x".repeat(50)}'..., allowed: less`,
  );
});

test("Advice for several topics does not name a single one", () => {
  const refused = (topic: string) => ({
    code: "PERMISSION_MISSING",
    topic,
    place: "infra/topics/team.ts",
    field: topic,
    refused: `User:ada may not DESCRIBE the topic. Grant it DESCRIBE on topic ${topic}.`,
  });
  const { message } = new RefusedError(["audit", "audit.eu", "orders", "refunds"].map(refused));
  expect(message).toContain(
    "  4 topics: TOPIC: User:ada may not DESCRIBE the topic. Grant it DESCRIBE on topic TOPIC.",
  );
});

test("Neither a file's name, nor a field, a value or a thrown error begins a line", () => {
  const forged = "a\n  b.ts: c: given 1, allowed: 2\r";
  const problem = { code: "INVALID_VALUE", place: forged, field: forged, given: new Error(forged) } as const;
  const refused = describeThrown(new Error(forged));
  const problems = Array.from({ length: 4 }, (_, at) => ({ ...problem, topic: `t${at}`, refused }));
  for (const some of [[{ ...problem, refused }], problems])
    expect(new RefusedError(some).message.match(/[\r\n]/g)).toHaveLength(some.length === 1 ? 1 : 2);
});
