const block = /(<!-- bench: ([a-z-]+) -->\n)[\s\S]*?(\n<!-- bench end -->)/g;

/**
 * Fills the blocks of a Markdown file, each between `<!-- bench: NAME -->` and `<!-- bench end -->`, and keeps
 * everything else.
 * @throws Error if a block has an unknown name
 */
export function fillBlocks(text: string, blocks: ReadonlyMap<string, string>): string {
  return text.replaceAll(block, (_whole, start: string, name: string, end: string) => {
    const content = blocks.get(name);
    if (content === undefined)
      throw new Error(`bench: ${name}: given no block, allowed: ${[...blocks.keys()].join(", ")}`);
    return `${start}${content}${end}`;
  });
}
