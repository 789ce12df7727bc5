import type { Summary } from "../statistics.ts";
import type { Target } from "./targets.ts";

/** Longer times are shown in minutes. */
const longSeconds = 600;

/** `1.08 ×`, `12 ×` */
export function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined) return "";
  return `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0)} ×`;
}

/** `2.31 s`, `81 s`, `12 min` */
export function formatSeconds(seconds: number): string {
  if (seconds >= longSeconds) return `${formatCount(seconds / 60)} min`;
  return `${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0)} s`;
}

/** `2.31 s (2.25–2.60)` */
export function formatSummary(summary: Summary | undefined): string {
  if (!summary) return "";
  const [least, most] = [summary.least, summary.most].map((value) => formatSeconds(value).replace(" s", ""));
  return `${formatSeconds(summary.median)} (${least}–${most})`;
}

/** `1,000` */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** Formats a value in the unit of a target. */
export function formatValue(value: number, unit: Target["unit"]): string {
  if (unit === "×") return formatRatio(value);
  return unit === "s" ? formatSeconds(value) : `${value.toFixed(0)} ${unit}`;
}
