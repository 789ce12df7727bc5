import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../machine/paths.ts";
import { documents, readBlocks } from "./document.ts";
import { plan } from "./plan.ts";

test("Every block of the documentation is tested, or the plan says why not; the plan has no other blocks", () => {
  const blocks = documents
    .map((document) => [document, readBlocks(document).map(({ name }) => name)] as const)
    .filter(([, names]) => names.length > 0);
  const planned = Object.entries(plan).map(([document, own]) => [document, Object.keys(own)]);
  expect(planned).toEqual(blocks);
});

test("Every test file in the plan fails unless it takes all its blocks", () => {
  const files = Object.values(plan).flatMap((blocks) =>
    Object.values(blocks).flatMap((one) => ("test" in one ? [one.test] : [])),
  );
  const source = (file: string) => readFileSync(join(root, file), "utf8");
  const taking = [...new Set(files)].filter((file) =>
    source(file).includes("new PlannedBlocks(import.meta.url)"),
  );
  expect(taking).toEqual([...new Set(files)]);
});
