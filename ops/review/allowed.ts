import { describeGiven } from "../../kafka/given-value.ts";
import { nearest } from "../../kafka/problem.ts";

/** Allows everything, instead of a name. */
export const everything = "*";

/** Reads the names that a flag allows, each value of which may be a list: `a,b`. */
export function readAllowed(lists: readonly string[] = []): string[] {
  return lists
    .flatMap((list) => list.split(","))
    .map((name) => name.trim())
    .filter(Boolean);
}

/** Whether a topic or a key is allowed. */
export function isAllowed(name: string, allowed: readonly string[]): boolean {
  return allowed.includes(everything) || allowed.includes(name);
}

/** Returns the allowed names that need not be allowed. */
export function findNeedless(allowed: readonly string[], needed: readonly string[]): string[] {
  return allowed.filter((name) => name !== everything && !needed.includes(name));
}

/**
 * Describes the names that no topic has, one in each line: `--recreate: given 'orders.33', allowed: a topic, perhaps orders.3, or
 * '*' for all`.
 * @param known the topics of the catalogue and of the state
 */
export function describeUnknown(flag: string, names: readonly string[], known: readonly string[]): string[] {
  return findNeedless(names, known).map(
    (name) =>
      `${flag}: given ${describeGiven(name)}, allowed: a topic, ${nearest(name, known)}, or '*' for all`,
  );
}
