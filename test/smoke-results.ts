import fc from "fast-check";
import { checkGroups } from "../smoke/check.ts";
import { smokeCodes } from "../smoke/finding.ts";
import type { Check, Results, TopicResult } from "../smoke/result.ts";
import { oddText } from "./odd-values.ts";

const markup = fc.constantFrom(
  ...[
    "</script>",
    "<img src=x onerror=alert(1)>",
    "<!--",
    "]]>",
    "&lt;",
    '" onclick="alert(1)',
    "'",
    "\\u003c",
  ],
  ...["| a |", "**a**", "`", "~~a~~", "::error::a", "%0A", "\u0001", "\u001b[31m", "<\udc00", "\ufffe"],
);
/** Text with markup of the reports' formats, or any text. */
const texts = fc.oneof(
  markup,
  oddText,
  fc.tuple(oddText, markup).map((parts) => parts.join("")),
);

const checks: fc.Arbitrary<Check> = fc.record({
  group: fc.constantFrom(...checkGroups),
  name: texts,
  expected: texts,
  observed: texts,
  verdict: fc.constantFrom("passed", "warning", "failed"),
  code: fc.constantFrom(...smokeCodes),
  cause: texts,
});

/** Any result of the smoke suite for one topic. */
export const topicResults: fc.Arbitrary<TopicResult> = fc
  .record({
    topic: texts,
    mode: fc.constantFrom("produce", "dry-run", "metadata"),
    reason: fc.option(texts, { nil: undefined }),
    verdict: fc.constantFrom("passed", "warning", "failed"),
    partitions: fc.nat(3),
    replicationFactor: fc.nat(3),
    checks: fc.array(checks, { maxLength: 2 }),
    failure: texts,
  })
  .map(({ reason, failure, ...result }) => ({
    ...result,
    ...(reason !== undefined && { mode: "off", verdict: "skipped", reason }),
    partitionResults: [
      { partition: 0, leader: 1, replicas: [1, 2], inSyncReplicas: [1], offset: "7", endToEndMs: 7 },
      { partition: 1, leader: -1, replicas: [1], inSyncReplicas: [], offset: "8", failure },
    ],
  }));

/** The results of a run with these topics. */
export function resultsOf(topics: readonly TopicResult[]): Results {
  return {
    version: 1,
    stack: "dev",
    run: "smoke-1",
    startedAt: "2026-01-31T09:30:00.000Z",
    durationMs: 6000,
    brokers: [1],
    totals: { passed: 0, warning: 0, failed: 1, skipped: 0, records: 0, dryRuns: 0 },
    retries: {},
    leftovers: [],
    topics,
  };
}

/** Any results of a run. */
export const results: fc.Arbitrary<Results> = fc
  .record({
    stack: texts,
    // The suite's own sentences.
    leftovers: fc.array(
      texts.map((text) => `The group ${text}`),
      { maxLength: 2 },
    ),
    topics: fc.array(topicResults, { maxLength: 3 }),
  })
  .map((run) => ({ ...resultsOf(run.topics), ...run }));
