import type { CatalogueFinding } from "../../infra/findings.ts";
import { stackFile } from "../../infra/stack.ts";
import { nearest } from "../../kafka/problem.ts";

/** A job of `.github/workflows/deploy.yml` deploys each stage, and the jobs of a workflow are fixed. */
export const mostStages = 3;

/** The stacks to deploy, each with those that are promoted first: its `promoteAfter`. */
export type Promotions = ReadonlyMap<string, readonly string[]>;

/**
 * Orders the stacks in stages: each is in the earliest one after all stacks that it is promoted after.
 * @param known the stacks that have a file
 */
export function orderStacks(
  stacks: Promotions,
  known: readonly string[],
): { stages: readonly (readonly string[])[] } | { problems: readonly CatalogueFinding[] } {
  const problems = [...stacks].flatMap(([stack, earlier]) =>
    earlier.flatMap((name) => explainAbsent(stack, name, stacks, known)),
  );
  const stages: string[][] = [];
  const rest = new Map(stacks);
  while (rest.size > 0) {
    const ready = [...rest.keys()].filter((stack) => !rest.get(stack)?.some((name) => rest.has(name)));
    const cycle = ready.length === 0 ? findCycle(rest) : [];
    if (cycle.length > 0) problems.push(explainCycle(cycle));
    else stages.push(ready);
    for (const stack of [...ready, ...cycle]) rest.delete(stack);
  }
  const tooLate = stages[mostStages] ?? [];
  problems.push(...tooLate.map((stack) => explainStage(stack, stacks.get(stack))));
  return problems.length > 0 ? { problems } : { stages };
}

/** Explains why a stack that `promoteAfter` names is not in the order. */
function explainAbsent(
  stack: string,
  given: string,
  stacks: Promotions,
  known: readonly string[],
): CatalogueFinding[] {
  if (stacks.has(given)) return [];
  const [code, allowed] = known.includes(given)
    ? ([
        "STACK_NOT_DEPLOYED",
        `a stack that is deployed too: add ${given} to --stacks (in CI, the variable STACKS), or remove it here`,
      ] as const)
    : (["STACK_UNKNOWN", `a stack that has a file, ${nearest(given, known)}`] as const);
  return [{ code, ...promoteAfterOf(stack), given, allowed }];
}

/**
 * Finds stacks that wait for each other, each for the next one and the last for the first.
 * @param waiting stacks of which each waits for another one of them
 */
function findCycle(waiting: Promotions): string[] {
  const path: string[] = [];
  let [next] = waiting.keys();
  while (next !== undefined && !path.includes(next)) {
    path.push(next);
    next = waiting.get(next)?.find((name) => waiting.has(name));
  }
  return path.slice(path.indexOf(next ?? ""));
}

function explainCycle([stack = "", ...others]: readonly string[]): CatalogueFinding {
  const [given = stack] = others;
  const steps = [stack, ...others].map((name, at) => `${name} comes after ${others[at] ?? stack}`);
  const allowed =
    others.length === 0
      ? "another stack than itself"
      : `a stack that does not come after ${stack} itself: ${steps.join(", ")}. Remove one of these`;
  return { code: "PROMOTION_CYCLE", ...promoteAfterOf(stack), given, allowed };
}

function explainStage(stack: string, given: readonly string[] = []): CatalogueFinding {
  const allowed = `stacks before stage ${mostStages}, the last one of CI: ${stack} would come after it`;
  return { code: "TOO_MANY_STAGES", ...promoteAfterOf(stack), given, allowed };
}

function promoteAfterOf(stack: string) {
  return { place: stackFile(stack), field: "promoteAfter" };
}
