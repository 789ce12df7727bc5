import type { Cell, Column, Operation, Results, ScaleOperation } from "../results.ts";
import { type Summary, summarize } from "../statistics.ts";

/** Finds what was measured for an operation, if anything. */
export function findCell(
  { cells }: Pick<Results, "cells">,
  operation: Operation,
  column: Column,
  topics: number,
): Cell | undefined {
  return cells.find((one) => one.operation === operation && one.column === column && one.topics === topics);
}

/** How long an operation takes, in s. */
export function secondsOf(
  results: Pick<Results, "cells">,
  operation: Operation,
  column: Column,
  topics: number,
): Summary | undefined {
  const cell = findCell(results, operation, column, topics);
  return cell && summarize(cell.durationsMs.map((ms) => ms / 1000));
}

/** This program's median for an operation, divided by that of another column, or of another operation of its own. */
export function ratioOf(
  results: Pick<Results, "cells">,
  operation: Operation,
  topics: number,
  to: { readonly column: Column; readonly operation?: Operation },
): number | undefined {
  const own = secondsOf(results, operation, "this program", topics);
  const other = secondsOf(results, to.operation ?? operation, to.column, topics);
  return own && other && own.median / other.median;
}

/** How long an operation takes as a stack grows, in s, by number of topics in ascending order. */
export function growthOf(
  { scale }: Pick<Results, "scale">,
  operation: ScaleOperation,
): { topics: number; seconds: number }[] {
  return scale
    .flatMap(({ topics, measured }) => {
      const own = measured.find((one) => one.operation === operation);
      return own ? [{ topics, seconds: summarize(own.durationsMs).median / 1000 }] : [];
    })
    .sort((a, b) => a.topics - b.topics);
}

/** The numbers of topics that operations were measured with, ascending, without those that are measured only once. */
export function sizesOf({ cells }: Pick<Results, "cells">): number[] {
  const own = cells.filter(
    ({ operation }) => operation !== "up of real topics" && operation !== "start unchanged",
  );
  return [...new Set(own.map(({ topics }) => topics))].sort((a, b) => a - b);
}
