import type { Operation, Results } from "../results.ts";
import { growthOf, ratioOf, secondsOf, sizesOf } from "./lookup.ts";

/** A target for the cost of the project's operations. */
export type Target = {
  readonly name: string;
  /** The highest value that meets the target. */
  readonly most: number;
  readonly unit: "×" | "s" | "MB";
  /** Absent if it was not measured. */
  readonly observed?: number | undefined;
};

const [bytesPerMebibyte, bytesPerMegabyte] = [2 ** 20, 1e6];

/** Times vary from run to run: growth within this factor of a straight line counts as linear. */
const linearWithin = 1.25;

/** Compares the results with each target. */
export function checkTargets(results: Results): Target[] {
  const seconds = (operation: Operation, topics: number) =>
    secondsOf(results, operation, "this program", topics)?.median;
  const { topics: realTopics = 0 } =
    results.cells.find(({ operation }) => operation === "up of real topics") ?? {};
  const { topics: declared = 0 } =
    results.cells.find(({ operation }) => operation === "start unchanged") ?? {};
  const reviews = sizesOf(results).flatMap(
    (topics) =>
      ratioOf(results, "review", topics, { column: "this program", operation: "preview all new" }) ?? [],
  );
  return [
    {
      name: "smoke of 1,000 topics, next to the bare protocol",
      most: 4,
      unit: "×",
      observed: ratioOf(results, "smoke", 1_000, { column: "bare protocol" }),
    },
    {
      name: "dry run of 1,000 topics",
      most: 3,
      unit: "s",
      observed: secondsOf(results, "smoke", "dry run", 1_000)?.median,
    },
    { name: "smoke of 200 topics", most: 1.7, unit: "s", observed: seconds("smoke", 200) },
    { name: "up of 200 new topics", most: 10, unit: "s", observed: seconds("up all new", 200) },
    { name: "up of 1,000 new topics", most: 40, unit: "s", observed: seconds("up all new", 1_000) },
    {
      name: `up of ${realTopics || "the"} real topics, next to Terraform`,
      most: 0.5,
      unit: "×",
      observed: ratioOf(results, "up of real topics", realTopics, { column: "Terraform" }),
    },
    {
      name: "preview of 200 unchanged topics, next to the smallest program",
      most: 1.1,
      unit: "×",
      observed: ratioOf(results, "preview unchanged", 200, { column: "smallest program" }),
    },
    {
      name: "preview of 1,000 unchanged topics, next to Terraform's plan",
      most: 1,
      unit: "×",
      observed: ratioOf(results, "preview unchanged", 1_000, { column: "Terraform" }),
    },
    {
      name: "review, next to the preview that it contains",
      most: 1.3,
      unit: "×",
      observed: reviews.length > 0 ? Math.max(...reviews) : undefined,
    },
    { name: "drift of 1,000 topics", most: 1.5, unit: "s", observed: seconds("drift", 1_000) },
    { name: "adopt of 1,000 topics", most: 3, unit: "s", observed: seconds("adopt", 1_000) },
    {
      name: "npm start with nothing to do",
      most: 3,
      unit: "s",
      observed: seconds("start unchanged", declared),
    },
    {
      name: "memory of the largest process of any command at 1,000 topics",
      most: 400,
      unit: "MB",
      observed: mostMemory(results, 1_000),
    },
    ...(["preview all new", "preview unchanged", "smoke", "drift", "adopt"] as const).map(
      (operation): Target => ({
        name: `our own part of ${operation}, from 200 to 5,000 topics, next to a straight line`,
        most: linearWithin,
        unit: "×",
        observed: growthBeyondLine(results, operation),
      }),
    ),
  ];
}

/** Whether a target is met; undefined if it was not measured. */
export function isMet({ observed, most }: Target): boolean | undefined {
  return observed === undefined ? undefined : observed <= most;
}

/** The peak memory of the largest process of any of our commands, in MB. */
function mostMemory({ cells }: Results, topics: number): number | undefined {
  const own = cells
    .filter((cell) => cell.column === "this program" && cell.topics === topics)
    .flatMap(({ largestProcessMiB }) => largestProcessMiB);
  return own.length > 0 ? (Math.max(...own) * bytesPerMebibyte) / bytesPerMegabyte : undefined;
}

/**
 * The growth from 200 to 5,000 topics, divided by what it would be if it continued as from 200 to 1,000; undefined if there
 * is no growth up to 1,000, because the measurements vary more than that.
 */
function growthBeyondLine(
  results: Results,
  operation: "preview all new" | "preview unchanged" | "smoke" | "drift" | "adopt",
): number | undefined {
  const whole = growthOf(results, operation);
  const engine = operation.startsWith("preview")
    ? growthOf(
        results,
        operation === "preview all new"
          ? `smallest program: ${operation}`
          : "smallest program: preview unchanged",
      )
    : [];
  const at = (topics: number) => {
    const own = whole.find((one) => one.topics === topics);
    const floor = engine.find((one) => one.topics === topics);
    return own && own.seconds - (floor?.seconds ?? 0);
  };
  const [few, some, many] = [at(200), at(1_000), at(5_000)];
  if (few === undefined || some === undefined || many === undefined || some <= few) return undefined;
  return (many - few) / (((some - few) * (5_000 - 200)) / (1_000 - 200));
}
