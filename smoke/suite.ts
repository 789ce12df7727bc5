import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { TopicSelection } from "../kafka/topic-selection.ts";
import { explainingSecrets } from "../pulumi/secret-remedy.ts";
import type { Deadline } from "./deadline.ts";
import { readSmokeInput, type SmokeInput } from "./input.ts";
import type { Progress } from "./probe.ts";
import type { SentRecord } from "./produce.ts";
import { removeReport, startJunit, writeReport } from "./report-files.ts";
import type { Results, TopicResult } from "./result.ts";

/** How long a run may take by default, in s. */
export const defaultTimeoutSeconds = 60;

/** The time reserved for Vitest's report at the end; the probe stops that much earlier. */
const reportMs = 2_500;

/**
 * Probes what a stack deployed and writes `smoke-report/`; a dry run writes no report.
 * @param selection narrows the topics
 * @param dryRun of the deployed topics, whatever their smoke mode, or of topics that no stack declares
 * @param deadline for the whole run, including the report
 * @returns the results; the records that came back; and one line for each glob that matches nothing and for each part
 *   of the report that could not be written
 * @throws Error if the suite could not run; then there is no report, not even an earlier one
 */
export async function runSuite(
  stack: string,
  {
    selection = {},
    dryRun,
    deadline,
    onProgress,
  }: {
    selection?: TopicSelection;
    dryRun?: "deployed" | "undeclared" | undefined;
    deadline: Deadline;
    onProgress: Progress;
  },
): Promise<{
  results: Results;
  records: SentRecord[];
  unmatched: readonly string[];
  reportProblems: string[];
}> {
  if (!dryRun) removeReport();
  const startedAt = new Date();
  const start = performance.now();
  const probing = { ...deadline, at: Math.max(start, deadline.at - reportMs) };
  onProgress(`reading stack ${stack} and its cluster`);
  // The Pulumi CLI has started by the next turn. While it works, this thread loads the Kafka clients.
  const loading = nextTurn().then(() => import("./probe.ts"));
  const reading = explainingSecrets(stack, readInput(stack, dryRun, { selection, deadline: probing }));
  const [input, { probeTopics }] = await Promise.all([reading, loading]);
  const junit = dryRun ? undefined : startJunit();
  try {
    const run = `smoke-${randomUUID()}`;
    const { topics, records, leftovers } = await probeTopics(input, { run, deadline: probing, onProgress });
    const results: Results = {
      version: 1,
      stack,
      run,
      startedAt: startedAt.toISOString(),
      durationMs: Math.round(performance.now() - start),
      brokers: input.cluster.brokers,
      totals: count(topics),
      retries: input.retries.counts,
      leftovers,
      topics,
    };
    if (junit) onProgress("writing smoke-report/");
    const reportProblems = junit ? await writeReport(results, junit, deadline) : [];
    return { results, records, unmatched: input.unmatched, reportProblems };
  } finally {
    junit?.cancel();
  }
}

async function readInput(
  stack: string,
  dryRun: "deployed" | "undeclared" | undefined,
  options: { selection: TopicSelection; deadline: Deadline },
): Promise<SmokeInput> {
  if (dryRun !== "undeclared") return readSmokeInput(stack, { ...options, isDry: dryRun !== undefined });
  // Only here: it loads the reader of the catalogue.
  const { readUndeclared } = await import("./undeclared.ts");
  return readUndeclared(stack, options);
}

function count(topics: readonly TopicResult[]): Results["totals"] {
  const of = (verdict: TopicResult["verdict"]) => topics.filter((topic) => topic.verdict === verdict).length;
  const partitions = topics.flatMap(({ partitionResults }) => partitionResults);
  return {
    passed: of("passed"),
    warning: of("warning"),
    failed: of("failed"),
    skipped: of("skipped"),
    records: partitions.filter(({ endToEndMs }) => endToEndMs !== undefined).length,
    dryRuns: partitions.filter(({ newest }) => newest !== undefined).length,
  };
}
