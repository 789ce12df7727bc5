import { expect, test } from "vitest";
import { judgeSettings } from "./judge-settings.ts";
import { judgePreview, noPreview } from "./read-review.ts";
import { renderMarkdown } from "./render.ts";

/** Of a comment on GitHub. */
const mostBytes = 65_536;

const before = { "kafka-topics:maxPartitions": "3", "kafka-topics:protect": "true" };
const loosened = { "kafka-topics:maxPartitions": "3000", "kafka-topics:protect": "false" };
const many = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => name(i));

/** Renders the review of a pull request that changes these settings, these topics and a file of code. */
function render({ junk = {}, names = ["orders"], message = "", exempt = {} }) {
  const steps = names.map((name) => ({
    op: "delete",
    urn: `urn:${name}`,
    type: "kafka:index/topic:Topic",
    name,
  }));
  const messages = many(message === "" ? 0 : 500, (index) => `${index} ${message}`).map((text) => ({
    message: text,
  }));
  const preview = {
    ...noPreview,
    steps,
    findings: { ...noPreview.findings, outputs: { topics: exempt } },
    failed: messages.length > 0,
    engine: { errors: messages, warnings: messages },
  };
  const changes = judgeSettings(before, { ...loosened, ...junk }, [], {});
  const code = { code: "CODE_NOT_REVIEWED", observed: ["package.json", "x".repeat(4_000)] } as const;
  const review = judgePreview(preview, new Map(), [code], [], { changes, doubts: [] });
  return renderMarkdown({ stack: "prod", hash: "0".repeat(64), ...review }, () => true);
}

const longKeys = Object.fromEntries(
  many(25, (index) => `a:k${10 + index}${"x".repeat(6_000)}`).map((key) => [key, "1"]),
);
const shortKeys = Object.fromEntries(many(500, (index) => `a:k${index}`).map((key) => [key, "1"]));
const invisible = Object.fromEntries(
  many(200, (index) => `a:${index}${"\u202e".repeat(99)}`).map((key) => [key, "\u202e".repeat(99)]),
);
const exemptions = {
  "kafka-topics:overrides": JSON.stringify(
    Object.fromEntries(many(500, (index) => `a.${index}`).map((topic) => [topic, { partitions: 4 }])),
  ),
};
const exempt = Object.fromEntries(
  many(500, (index) => `a.${index}`).map((topic) => [
    topic,
    { exempt: { maxPartitions: `${topic}${"x".repeat(99)}` } },
  ]),
);
const longNames = many(90, (index) => `a${100 + index}${"x".repeat(245)}`);
const foreign = Object.fromEntries(many(300, (index) => `a${index}:tlsEnabled`).map((key) => [key, "false"]));

test.each([
  ["25 keys of 6,000 characters", { junk: longKeys }],
  ["500 keys that no program reads", { junk: shortKeys }],
  ["200 keys and values of invisible characters", { junk: invisible }],
  ["500 exemptions", { junk: exemptions }],
  ["500 topics that are exempt for different reasons", { exempt }],
  ["300 other connections without TLS", { junk: foreign }],
  ["90 lost topics with names of 249 characters", { names: [...longNames, "orders"] }],
  ["500 long errors and warnings", { message: "\u202e".repeat(5_000) }],
  [
    "all of these",
    { junk: { ...longKeys, ...invisible, ...exemptions, ...foreign }, message: "x".repeat(9_000) },
  ],
])("A comment hides no looser limit, no lost topic and no changed code behind %s", (_, change) => {
  const markdown = render(change);
  // The marker of the comment needs a few, too.
  expect(Buffer.byteLength(markdown)).toBeLessThan(mostBytes - 200);
  const rows = [
    "| `kafka-topics:maxPartitions` | 3 → 3000",
    "| `kafka-topics:protect` | true → false",
    "| orders |",
  ];
  // Not toContain, which would print the whole comment.
  expect(rows.filter((row) => !markdown.includes(row))).toEqual([]);
  expect(markdown.indexOf("changes 2 files")).toBeGreaterThan(0);
  expect(markdown.indexOf("changes 2 files")).toBeLessThan(markdown.indexOf("| risk |"));
  expect(markdown.includes("\nReview hash: ")).toBe(true);
});
