import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../machine/paths.ts";

const page = readFileSync(join(root, "docs", "security.md"), "utf8");
const [, table = ""] = page.split("## Threats");
const named = [...table.matchAll(/\[[\w-]+\]\(\.\.\/([\w/-]+\.test\.ts)\): ([^;|]+?) *(?=[;|])/g)];

test("Each threat names a test of the repository", () => {
  expect(named.length).toBeGreaterThan(15);
  for (const row of table.split("\n").filter((line) => /^\| (?!a pull)\w/.test(line)))
    expect(row).toContain(".test.ts): ");
});

test.each(named.map(([, file = "", title = ""]) => [title, file] as const))("%s: %s", (title, file) => {
  expect(readFileSync(join(root, file), "utf8")).toContain(`"${title}"`);
});
