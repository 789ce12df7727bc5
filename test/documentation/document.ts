import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lexer, walkTokens } from "marked";
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

/** Every document except the decisions, which record what was true when they were made. */
export const documents: readonly string[] = globSync(["*.md", "docs/*.md"], { cwd: root }).sort();

/** The fenced blocks of a document, in order. */
export function readBlocks(document: string): Block[] {
  const blocks: Block[] = [];
  let [heading, count] = ["", 0];
  walkTokens(lexer(readFileSync(join(root, document), "utf8")), (token) => {
    if (token.type === "heading") [heading, count] = [token.text, 0];
    if (token.type !== "code" || token.codeBlockStyle === "indented") return;
    blocks.push({
      document,
      name: `${heading} ${++count}`,
      language: token.lang ?? "",
      lines: token.text.split("\n"),
    });
  });
  return blocks;
}
