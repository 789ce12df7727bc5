import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../machine/errors.mjs";
import { root } from "../machine/paths.ts";
import { isRunning } from "../machine/processes.ts";
import { runTool } from "../machine/toolchain/run-tool.ts";
import { boundBy, type Deadline } from "./deadline.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Results } from "./result.ts";

const name = "smoke-report";

/**
 * Removes the report of an earlier run, and what a killed one left.
 * @param parent the folder that has the report
 * @returns whether it could
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

/**
 * Writes `smoke-report/`, and the job's summary on GitHub Actions.
 * @param parent the folder to make it in
 * @returns what could not be written and why, a line each: the results are worth more than their report
 */
export async function writeReport(
  results: Results,
  deadline: Deadline,
  parent: string = root,
): Promise<string[]> {
  const markdown = renderMarkdown(results);
  const problems: string[] = [];
  const summary = process.env.GITHUB_STEP_SUMMARY;
  // Made aside, so that two runs at once do not write into each other's.
  const unfinished = join(parent, `${name}-${process.pid}`);
  const remove = () => rmSync(unfinished, { recursive: true, force: true });
  // A second Ctrl-C ends the process at once.
  process.once("exit", remove);
  try {
    if (summary) appendFileSync(summary, markdown);
    mkdirSync(unfinished);
    writeFileSync(join(unfinished, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
    writeFileSync(join(unfinished, "summary.md"), markdown);
    writeFileSync(join(unfinished, "report.html"), renderHtml(results));
    const junitError = await writeJunit(unfinished, deadline);
    if (junitError) problems.push(`junit.xml could not be written: ${junitError.message}`);
    rmSync(join(parent, name), { recursive: true, force: true });
    renameSync(unfinished, join(parent, name));
  } catch (error) {
    const stale = removeReport(parent) ? "" : " An earlier report may still be there.";
    problems.push(`${name}/ could not be written: ${messageOf(error)}.${stale}`);
  } finally {
    process.off("exit", remove);
    remove();
  }
  return problems;
}

/** Reports the results as Vitest's: a case in `junit.xml` for each topic and group of checks. */
async function writeJunit(folder: string, deadline: Deadline): Promise<Error | undefined> {
  const files = [join(folder, "results.json"), join(folder, "junit.xml")];
  const end = { at: Math.max(deadline.at, performance.now() + 1_000) };
  const running = runTool("node", [join(root, "smoke", "junit.ts"), ...files], { cwd: root });
  return boundBy(end, "Vitest's report", running).then(
    () => undefined,
    (error: Error) => error,
  );
}
