import { readFileSync } from "node:fs";
import type { Results } from "./result.ts";

const page = new URL("report-page.html", import.meta.url);

/** `report.html`: one page with the results inside, which asks nothing of anybody. */
export function renderHtml(results: Results): string {
  // A "<" could end the script that carries the results.
  const json = JSON.stringify(results).replaceAll("<", "\\u003c");
  return readFileSync(page, "utf8").replace('"results"', () => json);
}
