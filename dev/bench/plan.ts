import type { Operation } from "./results.ts";
import { fullLoads, type Loads, quickLoads } from "./throughput/loads.ts";

/** The parts of the benchmark that can be run separately. */
export const sections = [
  "preview",
  "review",
  "up",
  "smoke",
  "drift",
  "adopt",
  "start",
  "real",
  "throughput",
  "scale",
] as const;
export type Section = (typeof sections)[number];

/** The operations of each section that are measured for each number of topics. */
export const operationsOf: Readonly<Partial<Record<Section, readonly Operation[]>>> = {
  preview: ["preview unchanged", "preview all new"],
  review: ["review"],
  up: ["up all new", "up unchanged"],
  smoke: ["smoke"],
  drift: ["drift"],
  adopt: ["adopt"],
};

/** What a run of the benchmark measures. */
export type Plan = {
  readonly sizes: readonly number[];
  readonly runs: number;
  readonly only: ReadonlySet<Section>;
  readonly isTerraformWanted: boolean;
  /** How many of the real topics to create. */
  readonly realTopics: number;
  readonly loads: Loads;
  /** Numbers of topics, each with one replica. */
  readonly scaleSizes: readonly number[];
  /** How many topics to preview at once when limits are tested. */
  readonly limitTopics: number;
};

/** What is measured by default. The section scale is not, because it takes as long as everything else together. */
const defaults = { sizes: [10, 50, 200, 1_000], runs: 5 };
const quick = { sizes: [2], runs: 1 };

/** @throws Error if a value is not a number, or not a section */
export function readPlan(flags: { sizes?: string; runs?: string; only?: string; quick?: boolean }): Plan {
  const isQuick = flags.quick ?? false;
  const { sizes, runs } = isQuick ? quick : defaults;
  const only = flags.only?.split(",").map((name) => parseSection(name.trim()));
  return {
    sizes: flags.sizes
      ? flags.sizes
          .split(",")
          .map((text) => parseCount("--sizes", text))
          .sort((a, b) => a - b)
      : sizes,
    runs: flags.runs ? parseCount("--runs", flags.runs) : runs,
    only: new Set(only ?? sections.filter((section) => isQuick || section !== "scale")),
    isTerraformWanted: !isQuick,
    realTopics: isQuick ? 2 : 397,
    loads: isQuick ? quickLoads : fullLoads,
    scaleSizes: isQuick ? [3] : [200, 1_000, 2_000, 5_000],
    limitTopics: isQuick ? 10 : 10_000,
  };
}

function parseSection(name: string): Section {
  const section = sections.find((one) => one === name);
  if (!section) throw new Error(`--only: given ${name}, allowed: ${sections.join(", ")}`);
  return section;
}

function parseCount(flag: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`${flag}: given ${text}, allowed: whole numbers from 1`);
  return count;
}
