import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../machine/paths.ts";
import { commands, rights } from "../../ops/rights.ts";
import { fillBlocks } from "./blocks.ts";
import { renderSecurityBlocks } from "./security.ts";

const file = join(root, "docs", "security.md");

test("docs/security.md has the current rights, and the commands that grant them", async () => {
  const document = fillBlocks(readFileSync(file, "utf8"), renderSecurityBlocks());
  await expect(document).toMatchFileSnapshot(file);
});

test("Each command has rights, and no right is listed twice", () => {
  expect(new Set(rights.flatMap((right) => right.commands))).toEqual(new Set(commands));
  const keys = rights.map(({ principal, operation, resource }) => `${principal} ${operation} ${resource}`);
  expect(keys).toEqual([...new Set(keys)]);
});
