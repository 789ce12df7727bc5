import { maskSecrets } from "./secrets.ts";
import { showInvisible } from "./visible-text.ts";

/** In characters. A comment has at most 65,536, and one text must not displace all others. */
export const longestText = 6_000;

/** A word without a meaning in Markdown, in HTML or for GitHub, which makes links of addresses, numbers and hashes. */
const plain =
  /^(?!.*(www\b|[0-9a-f]{7}))[("]?([a-z]+(['-][a-z]+)*[)"]*[,.;:]?|(\d{1,6}|\d{1,3}(,\d{3})+)[,;:]?|[→–])$/i;

/**
 * Escapes text, without the known secrets, for a line of Markdown, such as a heading or an item of a list. Words that may
 * have a meaning are in code spans: nowhere else does GitHub leave `www.example.com`, `@team` and `#1` as they are, whatever
 * is escaped.
 * @param most the number of characters of the text after which it is cut
 */
export function escapeMarkdown(text: string, most = longestText): string {
  const line = showInvisible(shorten(text, most).replace(/[\v\f\r\u0085\u2028\u2029]/g, " "));
  const parts: string[] = [];
  let code: string[] = [];
  const endCode = (mark = "") => {
    if (code.length > 0) parts.push(renderCode(code.join(" ")) + mark);
    code = [];
  };
  for (const word of line.split(/\s+/).filter(Boolean)) {
    if (plain.test(word)) {
      endCode();
      parts.push(word);
      continue;
    }
    // Not a full stop, which may be part of a topic's name.
    const [, body = "", mark] = /^(.+?)([,:]?)$/.exec(word) ?? [];
    code.push(body);
    if (mark) endCode(mark);
  }
  endCode();
  return parts.join(" ");
}

/** Escapes text for a cell of a Markdown table, like `escapeMarkdown`. */
export function escapeCell(text: string, most = longestText): string {
  // A backslash before a vertical bar cannot be written in a cell: both would need one.
  return escapeMarkdown(text, most).replace(/(\\?)\|/g, (_, before) => (before ? "\\\\u007c" : "\\|"));
}

/**
 * Renders texts, without the known secrets, as a block in which they keep their line breaks.
 * @param most the number of characters after which each is cut
 */
export function renderBlock(texts: readonly string[], most = longestText): string {
  const shown = texts.map((text) => showInvisible(shorten(text, most).replaceAll("\r\n", "\n"))).join("\n");
  const fence = longerThanAny(shown, 4);
  return `${fence}text\n${shown}\n${fence}`;
}

/** A secret must be hidden before a part of it is cut off, or before it is divided into words. */
function shorten(text: string, most: number): string {
  const masked = maskSecrets(text);
  return masked.length > most ? `${masked.slice(0, most)}...` : masked;
}

/** A code span that the text cannot end. */
function renderCode(text: string): string {
  const ticks = longerThanAny(text, 1);
  const isAtEnd = text.startsWith("`") || text.endsWith("`");
  return isAtEnd ? `${ticks} ${text} ${ticks}` : `${ticks}${text}${ticks}`;
}

/** Returns more backticks than are next to each other in a text. */
function longerThanAny(text: string, least: number): string {
  const runs = text.match(/`+/g) ?? [];
  return "`".repeat(runs.reduce((most, { length }) => Math.max(most, length + 1), least));
}
