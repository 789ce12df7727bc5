import { appendFileSync, readFileSync } from "node:fs";
import { messageOf } from "../machine/errors.mjs";
import type { Job } from "./job.ts";

/** GitHub's own limit for a comment and for an issue, in characters; bytes are at least as many. */
const bodyBytes = 65_536;
/** GitHub drops a step's summary that is larger. */
const summaryBytes = 1024 * 1024;

/** @throws Error for a file that is not there or empty */
export function readMarkdown(file: string): string {
  let markdown = "";
  try {
    markdown = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`${messageOf(error)}. Did the step that writes it run?`);
  }
  if (markdown.trim() === "") throw new Error(`${file} is empty. Did the step that writes it run?`);
  return markdown;
}

/** The first line, which GitHub does not show; without its end, as an edit on the web makes that CR LF. */
export const hide = (marker: string) => `<!-- ${marker} -->`;

/**
 * What is written under a marker, cut to what GitHub takes.
 * @param kind what it is cut for: "a comment"
 */
export function renderBody(job: Job, marker: string, markdown: string, kind: string): string {
  const first = `${hide(marker)}\n`;
  const note = `> Cut to what ${kind} has room for. The whole is in ${linkSummary(job)}.`;
  return first + cutMarkdown(markdown, bodyBytes - first.length - 1, note);
}

/**
 * As many of the first lines as there is room for, under the note: what is cut may leave a list or a code block open,
 * and a note below would be lost in it.
 */
export function cutMarkdown(markdown: string, limitBytes: number, note: string): string {
  if (Buffer.byteLength(markdown) <= limitBytes) return markdown;
  let cut = `${note}\n\n`;
  let room = limitBytes - Buffer.byteLength(cut);
  for (const line of markdown.split(/(?<=\n)/)) {
    room -= Buffer.byteLength(line);
    if (room < 0) break;
    cut += line;
  }
  return cut;
}

/**
 * Appends to what the run's page shows of this job.
 * @throws Error that names the file
 */
export function writeSummary(job: Job, markdown: string): void {
  if (!job.GITHUB_STEP_SUMMARY) return;
  const summary = cutMarkdown(markdown, summaryBytes, "> Cut to what a job's summary has room for.");
  try {
    appendFileSync(job.GITHUB_STEP_SUMMARY, summary);
  } catch (error) {
    throw new Error(`GITHUB_STEP_SUMMARY: ${job.GITHUB_STEP_SUMMARY} cannot be written: ${messageOf(error)}`);
  }
}

/** A link to the page of the job's run, which shows its summary. */
export function linkSummary({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: Job): string {
  return `[the job's summary](${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID})`;
}
