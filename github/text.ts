import { appendFileSync, readFileSync } from "node:fs";
import { messageOf } from "../machine/errors.mjs";
import { maskSecrets } from "../machine/secrets.ts";
import type { Job } from "./job.ts";

/** GitHub's limit for a comment or an issue is in characters; a text has at least as many bytes. */
const bodyBytes = 65_536;
/** GitHub discards a larger summary of a step. */
const summaryBytes = 1024 * 1024;

/**
 * Reads a Markdown file, without the known secrets.
 * @throws Error if the file is missing or empty
 */
export function readMarkdown(file: string): string {
  let markdown = "";
  try {
    markdown = maskSecrets(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${messageOf(error)}. Check that the step that writes it ran.`);
  }
  if (markdown.trim() === "") throw new Error(`${file} is empty. Check that the step that writes it ran.`);
  return markdown;
}

/** The first line, which GitHub does not show; without the line break, which an edit on the web changes to CR LF. */
export const hide = (marker: string) => `<!-- ${marker} -->`;

/**
 * Renders the body of a comment or an issue with a marker, truncated to GitHub's limit.
 * @param kind what the body is for: "a comment"
 */
export function renderBody(job: Job, marker: string, markdown: string, kind: string): string {
  const first = `${hide(marker)}\n`;
  const note = `> Truncated to GitHub's limit for ${kind}. The full text is in ${linkSummary(job)}.`;
  return first + cutMarkdown(markdown, bodyBytes - first.length - 1, note);
}

/**
 * Returns the note and as many of the first lines as fit. The note comes first: the truncation may leave a list or a
 * code block open, and a note below would become part of it.
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
 * Appends to the job's summary on the page of the run.
 * @throws Error that names the file
 */
export function writeSummary(job: Job, markdown: string): void {
  if (!job.GITHUB_STEP_SUMMARY) return;
  const summary = cutMarkdown(markdown, summaryBytes, "> Truncated to GitHub's limit for a job summary.");
  try {
    appendFileSync(job.GITHUB_STEP_SUMMARY, summary);
  } catch (error) {
    throw new Error(`GITHUB_STEP_SUMMARY: ${job.GITHUB_STEP_SUMMARY} cannot be written: ${messageOf(error)}`);
  }
}

/** A link to the page of the job's run, which shows its summary. */
export function linkSummary(job: Job): string {
  return `[the job's summary](${linkRun(job)})`;
}

/** The address of the page of the job's run. */
export function linkRun({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: Job): string {
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
}
