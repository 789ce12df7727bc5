import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromiumPath, launchBrowser } from "../test/browser.ts";
import { renderHtml } from "./html.ts";
import type { Results, TopicResult } from "./result.ts";

function makeTopic(index: number, verdict: "passed" | "failed"): TopicResult {
  const cause = 'no answer </script><img src="https://example.com/x"> in time';
  const check = {
    group: "records",
    name: "read back",
    expected: "3 records",
    observed: "2 records",
    cause,
  } as const;
  return {
    topic: `team.topic-${String(index).padStart(4, "0")}`,
    mode: "produce",
    verdict,
    partitions: 3,
    replicationFactor: 2,
    checks: verdict === "failed" ? [{ ...check, verdict }] : [],
    partitionResults: [0, 1, 2].map((partition) => ({
      partition,
      leader: partition + 1,
      replicas: [1, 2],
      inSyncReplicas: [1, 2],
      ...(verdict === "passed" || partition > 0
        ? { offset: "7", acknowledgedMs: 3, endToEndMs: 5 + partition }
        : { failure: "not seen" }),
    })),
  };
}

const topics = Array.from({ length: 1000 }, (_, index) =>
  makeTopic(index, index === 700 ? "failed" : "passed"),
);
const results: Results = {
  version: 1,
  stack: "dev",
  run: "smoke-1",
  startedAt: "2026-01-31T09:30:00.000Z",
  durationMs: 6000,
  brokers: [1, 2, 3],
  totals: { passed: 999, warning: 0, failed: 1, skipped: 0, records: 2999, dryRuns: 0 },
  retries: {},
  leftovers: [],
  topics,
};

let browser: Browser;
let page: Page;
let folder: string;
const requests: string[] = [];

beforeAll(async () => {
  if (!chromiumPath) return;
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-report-"));
  writeFileSync(join(folder, "report.html"), renderHtml(results));
  browser = await launchBrowser();
  page = await browser.newPage();
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(join(folder, "report.html")).href);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

test.skipIf(!chromiumPath)(
  "The report shows totals, failures first, and every partition of 1,000 topics",
  async () => {
    expect(await page.title()).toBe("dev: failed");
    expect(await page.locator("article").count()).toBe(1000);
    expect(await page.locator("#run").textContent()).toContain("smoke-run: smoke-1");
    expect(await page.locator(".cell[title]").count()).toBe(3000);
    expect(await page.locator("article h2").first().textContent()).toBe("team.topic-0700");
    expect(await page.locator("article li").first().textContent()).toContain(
      "read back: no answer </script>",
    );
    expect(await page.locator('article .lost[title^="team.topic-0700, partition 0"]').count()).toBe(1);
  },
);

test.skipIf(!chromiumPath)("Search and filters narrow the topics", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("topic-0042");
  expect(await page.locator("article:visible h2").allTextContents()).toEqual(["team.topic-0042"]);
  await page.locator("#search").fill("");
  await page.getByRole("button", { name: "failed 1" }).click();
  expect(await page.locator("article:visible h2").allTextContents()).toEqual(["team.topic-0700"]);
  await page.getByRole("button", { name: "all 1000" }).click();
  expect(await page.locator("article:visible").count()).toBe(1000);
});

test.skipIf(!chromiumPath)(
  "Pointer and keyboard show a partition's leader, replicas and latency",
  async () => {
    await page.locator('.cell[title^="team.topic-0000, partition 2"]').hover();
    const detail = page.locator("#detail");
    expect(await detail.textContent()).toBe(
      "team.topic-0000, partition 2: leader 3, replicas 1 2, in sync 1 2, offset 7, 7 ms",
    );
    await page.locator('.cell[tabindex="0"]').focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    expect(await detail.textContent()).toContain("team.topic-0000, partition 1: leader 2");
  },
);

test.skipIf(!chromiumPath)("The report has a light and a dark theme, and loads nothing else", async () => {
  const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  await page.emulateMedia({ colorScheme: "light" });
  expect(await background()).toBe("rgb(255, 255, 255)");
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await background()).toBe("rgb(21, 24, 27)");
  expect(requests).toHaveLength(1);
});
