import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { showInvisible } from "../machine/visible-text.ts";
import { chromiumPath, launchBrowser } from "../test/browser.ts";
import { numRuns, testProperty } from "../test/property.ts";
import { results, resultsOf, topicResults } from "../test/smoke-results.ts";
import { renderHtml } from "./html.ts";

const page = readFileSync(new URL("report-page.html", import.meta.url), "utf8");
const [before = "", after = ""] = page.split('"results"');

testProperty("Any results are in the page as JSON without markup, and nowhere else", results, (results) => {
  const html = renderHtml(results);
  expect(html.startsWith(before) && html.endsWith(after)).toBe(true);
  const json = html.slice(before.length, -after.length);
  expect(json).not.toContain("<");
  expect(JSON.parse(json)).toEqual(results);
});

test("The page executes only its own script", () => {
  const [, script = ""] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  const hash = createHash("sha256").update(script).digest("base64");
  expect(page).toContain(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'"`);
});

// One page shows all cases, because starting a browser takes seconds.
test.skipIf(!chromiumPath)(
  "The page shows 1,000 topics without other elements, whatever their texts are",
  { timeout: 120_000 },
  async () => {
    const seed = Date.now();
    const topics = fc.sample(topicResults, { numRuns, seed });
    const folder = mkdtempSync(join(tmpdir(), "kafka-topics-html-"));
    const file = join(folder, "report.html");
    const browser = await launchBrowser();
    try {
      writeFileSync(file, renderHtml(resultsOf(topics)));
      const opened = await browser.newPage();
      await opened.goto(pathToFileURL(file).href);
      const names = await opened.locator("article > h2").allTextContents();
      const show = (text: string) =>
        showInvisible(text).replaceAll("\n", "\\u000a").replaceAll("\t", "\\u0009");
      expect(names.sort(), `seed ${seed}`).toEqual(topics.map(({ topic }) => show(topic)).sort());
      const others = opened.locator("article :not(span, h2, div, button, ul, li, b), article [onclick]");
      expect(await others.count(), `seed ${seed}`).toBe(0);
      const causes = topics.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict !== "passed");
      expect(await opened.locator("article li").count(), `seed ${seed}`).toBe(causes.length);
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true });
    }
  },
);
