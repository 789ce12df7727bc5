import Table from "cli-table3";
import { groupTopics } from "../../kafka/topic-groups.ts";
import { escapeCell, escapeMarkdown } from "../../machine/markdown.ts";
import { maskSecrets } from "../../machine/secrets.ts";
import { paint } from "../../machine/terminal.ts";
import { renderMessages } from "../markdown.ts";
import type { Review } from "./findings.ts";
import { type Risk, risks } from "./risk.ts";
import { describeSetting } from "./setting-wording.ts";
import { describeChange, describeMessage, describeVerdict } from "./wording.ts";

/** Safe changes beyond this many are counted, not listed. */
const safeRows = 40;
/** A comment has at most 65,536 characters, and a row up to 500. */
const markdownRows = 100;
const markdownSettings = 20;

const colours = {
  "data loss": "red",
  weakened: "red",
  caution: "yellow",
  safe: "green",
  failed: "red",
} as const;
const titles = {
  "data loss": "data loss",
  weakened: "weakened protection",
  caution: "caution",
  safe: "safe",
  failed: "the update would fail",
};
// A narrow column breaks no mark in two.
const marks = {
  "data loss": "🔴\u00a0data\u00a0loss",
  weakened: "🔴\u00a0weakened",
  caution: "🟡\u00a0caution",
  safe: "🟢\u00a0safe",
};

/** Whether the changes of a topic are listed; the verdict applies to all topics. */
type IsListed = (topic: string) => boolean;

/** A row for a setting, or for the same change of one or several topics. */
type Row = { readonly risk: Risk; readonly subject: string; readonly change: string };

/**
 * Renders a review for a terminal: a row for each change, worst first, then the verdict.
 * @param columns the width of the terminal
 */
export function renderTable(
  review: Review,
  { columns, isVerbose, isListed }: { columns: number; isVerbose: boolean; isListed: IsListed },
): string {
  const rows = rowsOf(review, isListed, isVerbose);
  const safe = rows.filter(({ risk }) => risk === "safe");
  const hidden = isVerbose ? 0 : Math.max(0, safe.length - safeRows);
  const listed = rows.slice(0, rows.length - hidden);
  const { warnings, errors } = messagesOf(isVerbose ? review : summarizeRefusal(review), isVerbose);
  return [
    ...renderRows("setting", settingRowsOf(review), columns),
    ...renderRows("topic", listed, columns),
    ...(hidden > 0 ? [`and ${hidden} more safe changes; --verbose lists them.`] : []),
    paint(colours[review.verdict], describeVerdict(review)),
    ...warnings.map((warning) => `${paint("yellow", "warning")} ${warning}`),
    ...errors.map((error) => `${paint("red", "error")} ${error}`),
    `Review hash: ${review.hash}`,
  ].join("\n");
}

/** @param what the head of the second column */
function renderRows(what: string, rows: readonly Row[], columns: number): string[] {
  if (rows.length === 0) return [];
  const width = Math.min(Math.max(what.length, ...rows.map(({ subject }) => subject.length)), 60) + 2;
  const table = new Table({
    head: ["risk", what, "change"],
    // The borders need four columns.
    colWidths: [14, width, Math.max(40, columns - 14 - width - 4)],
    wordWrap: true,
    wrapOnWordBoundary: true,
    style: { head: [], border: [], compact: true },
  });
  // Before a secret is wrapped into two lines.
  for (const { risk, subject, change } of rows)
    table.push([paint(colours[risk], risk), maskSecrets(subject), maskSecrets(change)]);
  return [String(table)];
}

/** Renders a review as Markdown, for a comment on a pull request. */
export function renderMarkdown(review: Review, isListed: IsListed): string {
  const { stack, verdict, changes, settings, base } = review;
  const isUnchanged = changes.length + settings.length === 0 && verdict === "safe";
  const title = isUnchanged ? "no changes" : titles[verdict];
  const { warnings, errors } = messagesOf(review, false);
  const compared = `setting, compared with ${base === undefined ? "the last deployment" : escapeCell(base)}`;
  return [
    `## Review of stack ${escapeMarkdown(stack)}: ${title}`,
    "",
    escapeMarkdown(describeVerdict(review)),
    ...renderMarkdownRows(compared, settingRowsOf(review), markdownSettings),
    ...renderMarkdownRows("topic", rowsOf(review, isListed, false), markdownRows),
    ...renderMessages("Why the update would fail", errors),
    ...renderMessages("Warnings", warnings),
    "",
    `Review hash: \`${review.hash}\``,
    "",
  ].join("\n");
}

/** @param what the head of the second column */
function renderMarkdownRows(what: string, all: readonly Row[], most: number): string[] {
  if (all.length === 0) return [];
  const rows = all
    .slice(0, most)
    .map(
      ({ risk, subject, change }) => `| ${marks[risk]} | ${escapeCell(subject)} | ${escapeCell(change)} |`,
    );
  const more = all.length > most ? ["", `and ${all.length - most} more changes.`] : [];
  return ["", `| risk | ${what} | change |`, "|---|---|---|", ...rows, ...more];
}

/** Renders a review as JSON: the code, the data and the message of every finding. */
export function renderJson(
  { stack, hash, verdict, base, settings, changes, losses, errors, warnings }: Review,
  isListed: IsListed,
): string {
  const word = (message: Review["errors"][number]) => ({
    ...message,
    message: describeMessage(message, stack),
  });
  const json = {
    version: 1,
    stack,
    hash,
    verdict,
    ...(base !== undefined && { base }),
    settings: settings.map((setting) => ({ ...setting, what: describeSetting(setting) })),
    changes: changes
      .filter(({ topic }) => isListed(topic))
      .map((change) => ({ ...change, what: describeChange(change) })),
    losses,
    errors: errors.map(word),
    warnings: warnings.map(word),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** Shows the program's findings as a preview does: sorted by file, and once if many topics share them. */
function summarizeRefusal(review: Review): Review {
  const { refusal, errors } = review;
  if (refusal === undefined) return review;
  const others = errors.filter((error) => !("message" in error));
  return { ...review, errors: [...others, { code: "ENGINE_ERROR", observed: refusal }] };
}

/** Describes messages; topics with the same message share one, with the first topic as the example. */
function messagesOf(
  { stack, errors, warnings }: Review,
  isVerbose: boolean,
): { errors: string[]; warnings: string[] } {
  const describe = (messages: Review["errors"]) => {
    const general = messages.filter((message) => topicOf(message) === undefined);
    const own = messages.flatMap((message) => {
      const topic = topicOf(message);
      return topic === undefined ? [] : [{ topic, message }];
    });
    const groups = groupTopics(own, ({ message }) => kindOf(message), isVerbose);
    return [
      ...general.map((message) => describeMessage(message, stack)),
      ...groups.map(({ topics, first: { topic, message } }) => {
        const text = describeMessage(message, stack);
        return topics === topic ? text : `${topics}; for example ${text}`;
      }),
    ];
  };
  return { errors: describe(errors), warnings: describe(warnings) };
}

function topicOf(message: Review["errors"][number]): string | undefined {
  return "topic" in message ? message.topic : undefined;
}

/** The values that are equal for the same message about several topics. */
function kindOf(message: Review["errors"][number]): unknown[] {
  const { code } = message;
  if (!("message" in message)) return [code];
  return [code, message.key, message.expected, message.observed];
}

/** Returns the rows, worst first. A topic that loses records always has its own row. */
function rowsOf({ changes }: Review, isListed: IsListed, isVerbose: boolean): Row[] {
  return risks.flatMap((risk) => {
    const own = changes.filter((change) => change.risk === risk && isListed(change.topic));
    const described = own.map((change) => ({ topic: change.topic, what: describeChange(change) }));
    const isEach = isVerbose || risk === "data loss";
    return groupTopics(described, ({ what }) => [what], isEach).map(({ topics, first }) => ({
      risk,
      subject: topics,
      change: first.what,
    }));
  });
}

function settingRowsOf({ settings }: Review): Row[] {
  return settings.map((setting) => ({
    risk: setting.risk,
    subject: setting.key,
    change: describeSetting(setting),
  }));
}
