import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";
import { root } from "../../machine/paths.ts";
import { type Block, readBlocks } from "./document.ts";
import { plan } from "./plan.ts";

/** The blocks that a test file runs or checks. The file must take all of them. */
export class PlannedBlocks {
  readonly #file: string;
  readonly #taken = new Set<string>();

  /** @param url `import.meta.url` of the test file */
  constructor(url: string) {
    this.#file = relative(root, fileURLToPath(url));
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the names of fixtures from the first parameter.
    afterAll(({}, { tasks }) => {
      // A run with -t takes only the blocks of the selected tests, and a failed test may not take all of its blocks.
      if (tasks.some(({ mode, result }) => mode === "skip" || result?.state === "fail")) return;
      expect([...this.#taken].sort(), `blocks that ${this.#file} takes`).toEqual(this.#planned());
    });
  }

  /** Returns a block for a test of this file to run or check. */
  take(document: string, name: string): Block {
    const block = readBlocks(document).find((one) => one.name === name);
    if (!block) throw new Error(`${document} has no block "${name}".`);
    this.#taken.add(`${document}: ${name}`);
    return block;
  }

  #planned(): string[] {
    const names = Object.entries(plan).flatMap(([document, blocks]) =>
      Object.entries(blocks)
        .filter(([, testing]) => "test" in testing && testing.test === this.#file)
        .map(([name]) => `${document}: ${name}`),
    );
    return names.sort();
  }
}
