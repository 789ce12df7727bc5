import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { marked } from "marked";
import { expect, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { days, minutes } from "../infra/topic-config.ts";
import { root } from "../machine/paths.ts";
import { chromiumPath, launchBrowser } from "./browser.ts";
import { appendRecords } from "./kafka-tools.ts";
import { setConfig } from "./topic-requests.ts";
import { readResults, Workspace } from "./workspace.ts";

/** The folder to which `npm run pictures` writes the pictures; a test run keeps none. */
const given = process.env.PICTURES;
const names = ["review.png", "review-dark.png", "smoke-report.png", "smoke-report-dark.png"];
const width = 800;
const mostBytes = 150_000;

/** A border, because the README may have the picture's background, and all topics, even those out of view. */
const frame = `
  html { color-scheme: light dark; border: 1px solid light-dark(#d1d9e0, #3d444d); }
  article { content-visibility: visible !important; }
`;

const catalogue = {
  orders: {
    partitions: 6,
    replicationFactor: 3,
    config: { "min.insync.replicas": 2, "retention.ms": days(30) },
    // Next to the letters of a load test.
    smoke: "produce",
  },
  "customers.state": {
    partitions: 6,
    replicationFactor: 3,
    config: { "cleanup.policy": "compact", "min.insync.replicas": 2 },
  },
  "payments.authorized": { partitions: 6, replicationFactor: 3, config: { "min.insync.replicas": 2 } },
  "payments.settled": {
    partitions: 3,
    replicationFactor: 3,
    sample: { paymentId: "p-1", orderId: "o-1", amount: 12.5, currency: "EUR", at: "2026-01-31T09:30:00Z" },
  },
  "sessions.clicks": {
    partitions: 12,
    replicationFactor: 2,
    config: { "compression.type": "lz4", "retention.ms": minutes(30), "segment.ms": minutes(10) },
  },
  "shipments.events": { partitions: 12, replicationFactor: 3, config: { "retention.ms": days(7) } },
} satisfies Catalogue;

/** The catalogue after a pull request. */
const changed = {
  ...catalogue,
  orders: { ...catalogue.orders, partitions: 4 },
  "customers.state": {
    ...catalogue["customers.state"],
    config: { "cleanup.policy": "compact", "min.insync.replicas": 1 },
  },
  "shipments.events": { ...catalogue["shipments.events"], config: { "retention.ms": days(14) } },
  "orders.returns": { partitions: 3, replicationFactor: 3, config: { "min.insync.replicas": 2 } },
} satisfies Catalogue;

test.skipIf(!chromiumPath && !given)(
  "A review and a smoke report of a real cluster become the README's pictures",
  { timeout: 180_000 },
  async () => {
    await using workspace = new Workspace(catalogue);
    cpSync(join(workspace.folder, "Pulumi.test.yaml"), join(workspace.folder, "Pulumi.prod.yaml"));
    workspace.environment = { PULUMI_STACK: "prod" };
    expect(await workspace.run("pulumi", "stack", "init", "prod")).toMatchObject({ exitCode: 0 });
    const up = await workspace.run("up", "--yes", "--skip-preview");
    expect(up, up.stdout + up.stderr).toMatchObject({ exitCode: 0 });
    await appendRecords("orders", 120_000);

    workspace.declare(changed);
    const comment = join(workspace.folder, "review.md");
    expect(await workspace.run("review", "--markdown", comment)).toMatchObject({ exitCode: 2 });

    await Promise.all([
      setConfig("orders", { "retention.ms": days(1) }),
      setConfig("payments.settled", { "max.message.bytes": 100 }),
      setConfig("sessions.clicks", { "min.compaction.lag.ms": 60_000 }),
    ]);
    expect(await workspace.run("smoke")).toMatchObject({ exitCode: 2 });
    const report = join(workspace.folder, "smoke-report", "report.html");
    const found = readResults(workspace).topics.flatMap(({ topic, checks }) =>
      checks.flatMap(({ code }) => (code ? [`${topic}: ${code}`] : [])),
    );
    expect(found).toEqual([
      "orders: CONFIG_CHANGED_BY_HAND",
      "payments.settled: CONFIG_ADDED_BY_HAND",
      "payments.settled: RECORDS_REFUSED",
      "sessions.clicks: CONFIG_ADDED_BY_HAND",
    ]);

    const folder = given ?? join(workspace.folder, "pictures");
    mkdirSync(folder, { recursive: true });
    await takePictures(folder, {
      review: renderLikeGitHub(readFileSync(comment, "utf8")),
      "smoke-report": readFileSync(report, "utf8"),
    });
    for (const name of names) requireSmall(join(folder, name));
  },
);

test("The README shows every picture, with an alternative text", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  for (const name of names) {
    expect(readme).toContain(`="docs/pictures/${name}"`);
    requireSmall(join(root, "docs", "pictures", name));
  }
  for (const [image] of readme.matchAll(/<img .*?>/g)) expect(image).toMatch(/ alt="[^"]{20,}"/);
});

/** Renders a comment as a pull request shows it. */
function renderLikeGitHub(markdown: string): string {
  const css = readFileSync(join(root, "node_modules", "github-markdown-css", "github-markdown.css"), "utf8");
  // The style of a comment, instead of a README's.
  const comment = "body.markdown-body { margin: 0; padding: 16px; font-size: 14px; }";
  const body = marked.parse(markdown, { async: false });
  return `<!doctype html><meta charset="utf-8"><style>${css}${comment}</style><body class="markdown-body">${body}`;
}

/** Takes a picture of each page in light and in dark mode. */
async function takePictures(folder: string, pages: Record<string, string>): Promise<void> {
  await using browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width, height: 100 }, bypassCSP: true });
  for (const [name, html] of Object.entries(pages)) {
    await page.setContent(html);
    await page.addStyleTag({ content: frame });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const file = `${name}${colorScheme === "dark" ? "-dark" : ""}.png`;
      await page.screenshot({ path: join(folder, file), fullPage: true });
    }
  }
}

function requireSmall(file: string): void {
  const png = readFileSync(file);
  // A PNG file has its width at this offset.
  expect(png.readUInt32BE(16)).toBe(width);
  expect(png.length, file).toBeLessThan(mostBytes);
}
