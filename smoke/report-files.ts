import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../machine/errors.mjs";
import { root } from "../machine/paths.ts";
import { isRunning } from "../machine/processes.ts";
import { writePrivateFile } from "../machine/report-file.ts";
import { maskSecrets } from "../machine/secrets.ts";
import { runTool } from "../machine/toolchain/run-tool.ts";
import { boundBy, type Deadline } from "./deadline.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Results } from "./result.ts";

const name = "smoke-report";

/**
 * Removes the report of an earlier run, and what a killed run left behind.
 * @param parent the folder that contains the report
 * @returns whether this succeeded
 */
export function removeReport(parent: string = root): boolean {
  try {
    rmSync(join(parent, name), { recursive: true, force: true });
    for (const entry of readdirSync(parent)) {
      const pid = new RegExp(`^${name}-(\\d+)$`).exec(entry)?.[1];
      if (pid && !isRunning(Number(pid))) rmSync(join(parent, entry), { recursive: true, force: true });
    }
    return true;
  } catch {
    return false;
  }
}

/** Replaces a folder with another one. Between the two steps, a concurrent run may do the same: the last one remains. */
export function replaceFolder(folder: string, by: string): void {
  for (let triesLeft = 100; ; triesLeft--) {
    try {
      rmSync(folder, { recursive: true, force: true });
      renameSync(by, folder);
      return;
    } catch (error) {
      const isThere = ["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "");
      if (!isThere || triesLeft === 0) throw error;
    }
  }
}

/** The Vitest process that reports the results as `junit.xml`. */
export type Junit = {
  /** Passes the results to Vitest. @returns `junit.xml`, with a case for each topic and group of checks */
  readonly report: (results: Results) => Promise<string>;
  /** Ends the process, even if there are no results. */
  readonly cancel: () => void;
};

/** Starts Vitest before there are results, because it takes longer to start than to report them. */
export function startJunit(): Junit {
  const { promise: input, resolve } = Promise.withResolvers<string>();
  const end = new AbortController();
  const junit = runTool("node", [join(root, "smoke", "junit.ts")], {
    cwd: root,
    input,
    signal: end.signal,
    // Ctrl-C would end Vitest at once, but an interrupted run still writes a report.
    detached: true,
  });
  junit.catch(() => {});
  return {
    report: (results) => {
      resolve(JSON.stringify(results));
      return junit;
    },
    cancel: () => end.abort(),
  };
}

/**
 * Writes `smoke-report/`, and the job summary on GitHub Actions.
 * @param parent the folder to create it in
 * @returns one line for each part that could not be written, with the reason; not thrown, because the results matter
 *   more than their report
 */
export async function writeReport(
  results: Results,
  junit: Junit,
  deadline: Deadline,
  parent: string = root,
): Promise<string[]> {
  const end = { at: Math.max(deadline.at, performance.now() + 1_000) };
  const reporting = boundBy(end, "Vitest's report", junit.report(results)).catch((error: Error) => error);
  const markdown = renderMarkdown(results);
  const problems: string[] = [];
  const summary = process.env.GITHUB_STEP_SUMMARY;
  // Written to a separate folder first, so that two concurrent runs do not write into each other's report.
  const unfinished = join(parent, `${name}-${process.pid}`);
  const remove = () => rmSync(unfinished, { recursive: true, force: true });
  // A second Ctrl-C ends the process at once.
  process.once("exit", remove);
  try {
    if (summary) appendFileSync(summary, maskSecrets(markdown));
    mkdirSync(unfinished, { mode: 0o700 });
    const write = (file: string, text: string) => writePrivateFile(join(unfinished, file), text);
    write("results.json", `${JSON.stringify(results, null, 2)}\n`);
    write("summary.md", markdown);
    write("report.html", renderHtml(results));
    const xml = await reporting;
    if (xml instanceof Error) problems.push(`junit.xml could not be written: ${xml.message}`);
    else write("junit.xml", xml);
    replaceFolder(join(parent, name), unfinished);
  } catch (error) {
    const stale = removeReport(parent) ? "" : " An earlier report may still be there.";
    problems.push(`${name}/ could not be written: ${messageOf(error)}.${stale}`);
  } finally {
    process.off("exit", remove);
    remove();
  }
  return problems;
}
