import { styleText } from "node:util";
import { showCommands, showInvisible } from "./visible-text.ts";

/** A dependency of listr2 hides and shows the cursor with a chunk for itself, whatever stream listr2 is given. */
const cursorSequences = ["\u001b[?25l", "\u001b[?25h"];

/** The escape sequences and workflow commands of this program. */
const owned: string[] = [];

/** What marks them, which no text from elsewhere can know; undefined as long as no output is filtered. */
let mark: string | undefined;

/** Marks an escape sequence or the beginning of a workflow command as this program's own, so that the filter keeps it. */
export function own(sequence: string): string {
  if (mark === undefined || sequence === "") return sequence;
  if (!owned.includes(sequence)) owned.push(sequence);
  // The form of a colour, so that tables calculate widths without it.
  return `\u001b[${mark};${owned.indexOf(sequence)}m`;
}

/** Formats text for a terminal, as Node's `styleText` does. */
export function paint(format: Parameters<typeof styleText>[0], text: string): string {
  const [start = "", end = ""] = styleText(format, "|").split("|");
  return own(start) + text + own(end);
}

/**
 * Makes a stream show control characters and other invisible characters, and take no workflow command, unless they are
 * this program's own. Bytes are written as they are.
 */
export function filterOutput(stream: Pick<NodeJS.WriteStream, "write">): void {
  mark ??= Array.from(crypto.getRandomValues(new Uint16Array(3)), (number) => 1_000 + (number % 9_000)).join(
    ";",
  );
  const ownSequence = new RegExp(`\u001b\\[${mark};(\\d+)m`);
  const show = createFilter();
  const write = stream.write;
  const filter = (text: string) =>
    text
      .split(ownSequence)
      // Every second part is the number of a sequence.
      .map((part, at) => (at % 2 === 0 ? show(part) : owned[Number(part)]))
      .join("");
  stream.write = (chunk: string | Uint8Array, ...others: unknown[]) => {
    const isFiltered = typeof chunk === "string" && !isUnfiltered && !cursorSequences.includes(chunk);
    return Reflect.apply(write, stream, [isFiltered ? filter(chunk) : chunk, ...others]);
  };
}

/** Returns a function that makes successive parts of a text safe. */
function createFilter(): (part: string) => string {
  let isBlank = true;
  return (part) => {
    const shown = showInvisible(part);
    const text = process.env.GITHUB_ACTIONS || process.env.TF_BUILD ? showCommands(shown, !isBlank) : shown;
    const lineStart = part.lastIndexOf("\n") + 1;
    isBlank = (isBlank || lineStart > 0) && part.slice(lineStart).trim() === "";
    return text;
  };
}

/** Whether `unfilteredStderr` is writing. */
let isUnfiltered = false;

/** Standard error for a library that moves the cursor itself, and to which only text from this program is passed. */
export const unfilteredStderr: NodeJS.WriteStream = Object.create(process.stderr, {
  write: {
    writable: true,
    value: (...values: unknown[]) => {
      isUnfiltered = true;
      try {
        return Reflect.apply(process.stderr.write, process.stderr, values);
      } finally {
        isUnfiltered = false;
      }
    },
  },
});
