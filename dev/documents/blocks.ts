const block = /(<!-- ([a-z]+): ([a-z-]+) -->\n)[\s\S]*?(\n<!-- \2 end -->)/g;

/**
 * Fills the blocks of a Markdown file, each between `<!-- bench: NAME -->` and `<!-- bench end -->`, and keeps
 * everything else. Another word may stand for `bench`.
 * @throws Error if a block has an unknown name
 */
export function fillBlocks(text: string, blocks: ReadonlyMap<string, string>): string {
  return text.replaceAll(block, (_whole, start: string, kind: string, name: string, end: string) => {
    const content = blocks.get(name);
    if (content === undefined)
      throw new Error(`${kind}: ${name}: given no block, allowed: ${[...blocks.keys()].join(", ")}`);
    return `${start}${content}${end}`;
  });
}
