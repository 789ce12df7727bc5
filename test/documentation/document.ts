import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../machine/paths.ts";

/** A fenced block of a Markdown document. */
export type Block = {
  /** The path of the document, from the root. */
  readonly document: string;
  /** The heading above the block, and the block's number under it: `Try it 2`. */
  readonly name: string;
  /** `ts`, for example; empty for commands and their output. */
  readonly language: string;
  /** Without the fences. */
  readonly lines: readonly string[];
};

/** Every document that people read. Decisions are left out: they record what was true when they were made. */
export const documents: readonly string[] = globSync(["*.md", "docs/*.md"], { cwd: root }).sort();

/** The fenced blocks of a document, in order. */
export function readBlocks(document: string): Block[] {
  const blocks: Block[] = [];
  let [heading, count] = ["", 0];
  let open: { indent: string; lines: string[] } | undefined;
  for (const line of readFileSync(join(root, document), "utf8").split("\n")) {
    const [, indent = "", language] = /^( *)```(\w*)$/.exec(line) ?? [];
    const [, title] = /^#+ (.*)$/.exec(line) ?? [];
    if (open && language !== undefined) open = undefined;
    else if (open) open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    else if (language !== undefined) {
      open = { indent, lines: [] };
      blocks.push({ document, name: `${heading} ${++count}`, language, lines: open.lines });
    } else if (title !== undefined) [heading, count] = [title, 0];
  }
  if (open) throw new Error(`${document}: a block is not closed.`);
  return blocks;
}
