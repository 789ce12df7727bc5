import { readFileSync } from "node:fs";
import type { Results } from "./result.ts";

const page = new URL("report-page.html", import.meta.url);

/** `report.html`: one self-contained page with the results, which makes no requests. */
export function renderHtml(results: Results): string {
  // A "<" could end the script element that holds the results.
  const json = JSON.stringify(results).replaceAll("<", "\\u003c");
  return readFileSync(page, "utf8").replace('"results"', () => json);
}
