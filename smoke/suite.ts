import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../dev/places.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { type Progress, probeTopics } from "./probe.ts";
import type { SentRecord } from "./produce.ts";
import type { Results, TopicResult } from "./result.ts";
import { readSmokeInput } from "./setup.ts";
import { reportWithVitest } from "./vitest-run.ts";

const reportFolder = join(root, "smoke-report");

/** How long a run may take unless the user says otherwise, in s. */
export const defaultTimeoutSeconds = 60;

/** Vitest's own time at the end, for which the probe has to stop earlier, in ms. */
const reportMs = 2_500;

/**
 * Probes what a stack deployed and writes `smoke-report/`.
 * @param pattern narrows the topics; `*` stands for any letters
 * @param timeoutMs for the whole process, from its start
 * @returns the results, and the records that came back
 * @throws Error when the suite could not run; then there is no report, an earlier one neither
 */
export async function runSuite(
  stack: string,
  {
    pattern,
    timeoutMs,
    onProgress,
  }: { pattern?: string | undefined; timeoutMs: number; onProgress: Progress },
): Promise<{ results: Results; records: SentRecord[] }> {
  rmSync(reportFolder, { recursive: true, force: true });
  const startedAt = new Date();
  const start = performance.now();
  const deadline = Math.max(start, timeoutMs - reportMs);
  onProgress(`reading stack ${stack} and its cluster`);
  const input = await readSmokeInput(stack, { pattern, deadline });
  const run = `smoke-${randomUUID()}`;
  const { topics, records, leftovers } = await probeTopics(input, { run, deadline, onProgress });
  const results: Results = {
    version: 1,
    stack,
    run,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - start),
    brokers: input.live.brokers,
    totals: count(topics),
    leftovers,
    topics,
  };
  onProgress("writing smoke-report/");
  mkdirSync(reportFolder, { recursive: true });
  const markdown = renderMarkdown(results);
  const write = (file: string, text: string) => writeFileSync(join(reportFolder, file), text);
  write("results.json", `${JSON.stringify(results, null, 2)}\n`);
  write("summary.md", markdown);
  write("report.html", renderHtml(results));
  if (process.env.GITHUB_STEP_SUMMARY) appendFileSync(process.env.GITHUB_STEP_SUMMARY, markdown);
  await reportWithVitest(topics, join(reportFolder, "junit.xml"));
  return { results, records };
}

function count(topics: readonly TopicResult[]): Results["totals"] {
  const of = (verdict: TopicResult["verdict"]) => topics.filter((topic) => topic.verdict === verdict).length;
  const records = topics
    .flatMap(({ partitionResults }) => partitionResults)
    .filter((one) => one.endToEndMs !== undefined);
  return {
    passed: of("passed"),
    warning: of("warning"),
    failed: of("failed"),
    skipped: of("skipped"),
    records: records.length,
  };
}
