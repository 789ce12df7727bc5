import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../dev/places.ts";
import { runTool } from "../dev/toolchain/run-tool.ts";
import { renderHtml } from "./html.ts";
import { boundBy, type Limit } from "./limit.ts";
import { renderMarkdown } from "./markdown.ts";
import { type Progress, probeTopics } from "./probe.ts";
import type { SentRecord } from "./produce.ts";
import type { Results, TopicResult } from "./result.ts";
import { readSmokeInput } from "./setup.ts";

const reportFolder = join(root, "smoke-report");

/** How long a run may take unless the user says otherwise, in s. */
export const defaultTimeoutSeconds = 60;

/** Vitest's own time at the end, for which the probe has to stop earlier, in ms. */
const reportMs = 2_500;

/**
 * Probes what a stack deployed and writes `smoke-report/`.
 * @param pattern narrows the topics; `*` stands for any letters
 * @param limit for all of it, the report too
 * @returns the results, the records that came back, and why there is no `junit.xml` if there is none
 * @throws Error when the suite could not run; then there is no report, an earlier one neither
 */
export async function runSuite(
  stack: string,
  { pattern, limit, onProgress }: { pattern?: string | undefined; limit: Limit; onProgress: Progress },
): Promise<{ results: Results; records: SentRecord[]; junitError?: Error }> {
  rmSync(reportFolder, { recursive: true, force: true });
  const startedAt = new Date();
  const start = performance.now();
  const probing = { ...limit, deadline: Math.max(start, limit.deadline - reportMs) };
  onProgress(`reading stack ${stack} and its cluster`);
  const input = await readSmokeInput(stack, { pattern, limit: probing });
  const run = `smoke-${randomUUID()}`;
  const { topics, records, leftovers } = await probeTopics(input, { run, limit: probing, onProgress });
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
  // Made aside, so that two runs at once do not write into each other's.
  const unfinished = `${reportFolder}-${run}`;
  mkdirSync(unfinished);
  const markdown = renderMarkdown(results);
  const write = (file: string, text: string) => writeFileSync(join(unfinished, file), text);
  write("results.json", `${JSON.stringify(results, null, 2)}\n`);
  write("summary.md", markdown);
  write("report.html", renderHtml(results));
  if (process.env.GITHUB_STEP_SUMMARY) appendFileSync(process.env.GITHUB_STEP_SUMMARY, markdown);
  const junitError = await writeJunit(unfinished, limit);
  rmSync(reportFolder, { recursive: true, force: true });
  renameSync(unfinished, reportFolder);
  return { results, records, ...(junitError && { junitError }) };
}

/** Reports the results as Vitest's: a case in `junit.xml` for each topic and group of checks. */
async function writeJunit(folder: string, limit: Limit): Promise<Error | undefined> {
  const files = [join(folder, "results.json"), join(folder, "junit.xml")];
  const end = { deadline: Math.max(limit.deadline, performance.now() + 1_000) };
  const running = runTool("node", [join(root, "smoke", "vitest-run.ts"), ...files], { cwd: root });
  return boundBy(end, "Vitest's report", running).then(
    () => undefined,
    (error: Error) => error,
  );
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
