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
