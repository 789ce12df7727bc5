import Table from "cli-table3";
import { groupTopics } from "../../kafka/topic-groups.ts";
import { escapeCell, escapeMarkdown } from "../../machine/markdown.ts";
import { paint } from "../../machine/terminal.ts";
import { renderMessages } from "../markdown.ts";
import { type Review, type Risk, risks } from "./findings.ts";
import { describeChange, describeMessage, describeVerdict } from "./wording.ts";

/** Safe changes beyond this many are counted, not listed. */
const safeRows = 40;
/** A comment has at most 65,536 characters, and a row up to 500. */
const markdownRows = 100;

const colours = { "data loss": "red", caution: "yellow", safe: "green", failed: "red" } as const;
const titles = {
  "data loss": "data loss",
  caution: "caution",
  safe: "safe",
  failed: "the update would fail",
};
// A narrow column breaks no mark in two.
const marks = { "data loss": "🔴\u00a0data\u00a0loss", caution: "🟡\u00a0caution", safe: "🟢\u00a0safe" };

/** Whether the changes of a topic are listed; the verdict applies to all topics. */
type IsListed = (topic: string) => boolean;

/** A row for one change, or for the same change of several topics. */
type Row = { readonly risk: Risk; readonly topics: string; readonly what: string };

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
  const topicWidth = Math.min(Math.max(5, ...listed.map(({ topics }) => topics.length)), 60) + 2;
  const table = new Table({
    head: ["risk", "topic", "change"],
    // The borders need four columns.
    colWidths: [14, topicWidth, Math.max(40, columns - 14 - topicWidth - 4)],
    wordWrap: true,
    wrapOnWordBoundary: true,
    style: { head: [], border: [], compact: true },
  });
  for (const { risk, topics, what } of listed) table.push([paint(colours[risk], risk), topics, what]);
  const { warnings, errors } = messagesOf(isVerbose ? review : summarizeRefusal(review), isVerbose);
  return [
    ...(listed.length > 0 ? [String(table)] : []),
    ...(hidden > 0 ? [`and ${hidden} more safe changes; --verbose lists them.`] : []),
    paint(colours[review.verdict], describeVerdict(review)),
    ...warnings.map((warning) => `${paint("yellow", "warning")} ${warning}`),
    ...errors.map((error) => `${paint("red", "error")} ${error}`),
    `Review hash: ${review.hash}`,
  ].join("\n");
}

/** Renders a review as Markdown, for a comment on a pull request. */
export function renderMarkdown(review: Review, isListed: IsListed): string {
  const { stack, verdict, changes } = review;
  const title = changes.length === 0 && verdict === "safe" ? "no changes" : titles[verdict];
  const all = rowsOf(review, isListed, false);
  const rows = all
    .slice(0, markdownRows)
    .map(({ risk, topics, what }) => `| ${marks[risk]} | ${escapeCell(topics)} | ${escapeCell(what)} |`);
  const more = all.length > markdownRows ? ["", `and ${all.length - markdownRows} more changes.`] : [];
  const { warnings, errors } = messagesOf(review, false);
  return [
    `## Review of stack ${escapeMarkdown(stack)}: ${title}`,
    "",
    escapeMarkdown(describeVerdict(review)),
    ...(rows.length > 0 ? ["", "| risk | topic | change |", "|---|---|---|", ...rows, ...more] : []),
    ...renderMessages("Why the update would fail", errors),
    ...renderMessages("Warnings", warnings),
    "",
    `Review hash: \`${review.hash}\``,
    "",
  ].join("\n");
}

/** Renders a review as JSON: the code, the data and the message of every finding. */
export function renderJson(
  { stack, hash, verdict, changes, losses, errors, warnings }: Review,
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
      topics,
      what: first.what,
    }));
  });
}
