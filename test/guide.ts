import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../machine/paths.ts";

/**
 * The blocks of commands in a document, by the title of the section that they are in.
 * @param file its path from the repository's root
 */
export function readGuide(file: string): ReadonlyMap<string, readonly string[]> {
  const sections = readFileSync(join(root, file), "utf8").split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const blocks = [...section.matchAll(/^ *```\n([\s\S]*?)^ *```/gm)];
      const commands = blocks.map(([, block = ""]) => block.replace(/^ *\$ /gm, ""));
      return [section.slice(0, section.indexOf("\n")), commands] as const;
    }),
  );
}
