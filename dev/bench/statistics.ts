/** A median with the range of the measured values. */
export type Summary = {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly runs: number;
};

/** @throws Error if there are no values */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) throw new Error("Nothing was measured.");
  const upper = sorted[sorted.length >> 1] ?? most;
  const lower = sorted[(sorted.length - 1) >> 1] ?? least;
  return { median: (lower + upper) / 2, least, most, runs: sorted.length };
}

/** A straight line, fitted to measured points by least squares. */
export type Line = { readonly intercept: number; readonly slope: number };

/** @param points at least two with different x */
export function fitLine(points: readonly { readonly x: number; readonly y: number }[]): Line {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const covariance = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const slope = covariance / variance;
  return { intercept: meanY - slope * meanX, slope };
}
