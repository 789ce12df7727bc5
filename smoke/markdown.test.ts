import { expect, test } from "vitest";
import { resultsOf } from "../test/smoke-results.ts";
import { renderAnnotations, renderMarkdown } from "./markdown.ts";
import type { TopicResult } from "./result.ts";
import { renderTable } from "./table.ts";

const topic: TopicResult = {
  topic: "orders",
  mode: "produce",
  verdict: "failed",
  partitions: 1,
  replicationFactor: 1,
  partitionResults: [],
  checks: [
    {
      group: "definition",
      name: "config a*b, c: d",
      expected: "1",
      observed: "2",
      verdict: "failed",
      cause: "100%\n",
    },
  ],
};

test("The name of a check is escaped in Markdown and in an annotation", () => {
  expect(renderMarkdown(resultsOf([topic]))).toContain("- **orders**: config `a*b`, c: d: `100%`\n");
  expect(renderAnnotations(resultsOf([topic]))).toBe(
    "::error title=orders config a*b%2C c%3A d::100%25%0A\n",
  );
});

test("A dry run that fails counts partitions, not records", () => {
  const topic = {
    topic: "orders",
    mode: "dry-run",
    verdict: "failed",
    partitions: 1,
    replicationFactor: 1,
  } as const;
  const results = resultsOf([{ ...topic, checks: [], partitionResults: [] }]);
  expect(renderMarkdown(results)).toContain("; dry run of 0 partitions in 6.0 s");
  expect(renderTable(results)).toContain("1 failed; dry run of 0 partitions in 6.0 s.");
});
