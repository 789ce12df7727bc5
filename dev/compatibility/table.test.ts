import { expect, test } from "vitest";
import { operations } from "./operations.ts";
import { renderTable } from "./table.ts";

test("The table shows per version what succeeded, what failed, and what was not run after a failure", () => {
  const [first, second, third] = operations.map(({ title }) => title);
  const succeed = (title = "") => ({ title, durationMs: 1_240 });
  const fail = (title = "") => ({ title, durationMs: 12_000, failure: "up ended with 1" });
  const results = new Map([
    ["3.6.2", [succeed(first), fail(second)]],
    ["4.3.1", operations.map(({ title }) => succeed(title))],
  ]);
  expect(renderTable(results).split("\n").slice(0, 5)).toEqual([
    "| operation | Kafka 3.6.2 | Kafka 4.3.1 |",
    "| --- | --: | --: |",
    `| ${first} | ok, 1.2 s | ok, 1.2 s |`,
    `| ${second} | **failed**, 12.0 s | ok, 1.2 s |`,
    `| ${third} | not run | ok, 1.2 s |`,
  ]);
});
