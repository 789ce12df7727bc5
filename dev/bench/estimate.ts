import { fewRuns } from "./compare.ts";
import type { Plan, Section } from "./plan.ts";

/**
 * How long one run of everything in a section takes on 2 cores, in seconds: a fixed part, and a part for each topic.
 */
const secondsOf: Readonly<Partial<Record<Section, readonly [fixed: number, perTopic: number]>>> = {
  preview: [10, 0.05],
  review: [3, 0.013],
  up: [25, 0.3],
  smoke: [3, 0.015],
  drift: [2, 0.001],
  adopt: [2, 0.002],
};
const [clusterSeconds, startSeconds, loadSeconds] = [40, 60, 45];
const [realSeconds, scaleSeconds] = [
  [20, 0.35],
  [60, 0.13],
] as const;

const manyTopics = 500;

/** Estimates how many minutes a run of the benchmark takes. */
export function estimateMinutes({ only, sizes, runs, loads, realTopics, scaleSizes }: Plan): number {
  let seconds = clusterSeconds;
  for (const section of only) {
    const [fixed, perTopic] = secondsOf[section] ?? [0, 0];
    for (const size of sizes) seconds += runsOf(section, size, runs) * (fixed + perTopic * size);
  }
  if (only.has("start")) seconds += startSeconds;
  if (only.has("real")) seconds += Math.min(runs, fewRuns) * (realSeconds[0] + realSeconds[1] * realTopics);
  if (only.has("throughput")) {
    const shapes = loads.topics.length * loads.partitions.length * loads.replicationFactors.length;
    seconds += loadSeconds * shapes;
  }
  if (only.has("scale")) for (const size of scaleSizes) seconds += scaleSeconds[0] + scaleSeconds[1] * size;
  return Math.ceil(seconds / 60);
}

/** An update of many topics takes so long that it is measured less often. */
function runsOf(section: Section, topics: number, runs: number): number {
  return section === "up" && topics >= manyTopics ? Math.min(runs, fewRuns) : runs;
}
