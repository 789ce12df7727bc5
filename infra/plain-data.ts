import { describeThrown } from "../kafka/given-value.ts";
import type { Problem } from "../kafka/problem.ts";

/** What is wrong with a value, and its path in the data. */
export type Fault = Pick<Problem, "given" | "allowed" | "refused"> & { readonly path: readonly string[] };

/** Checks a value that is neither an object nor a list; returns what is allowed instead, or undefined if it is valid. */
export type CheckValue = (value: unknown) => string | undefined;

/** Limits that keep a topic within the size and depth of the engine's messages and their parsers. */
const [deepest, mostValues, mostCharacters] = [100, 250_000, 16 * 1024 ** 2];

/** UTF-8 cannot encode a lone surrogate. */
const wellFormed = "text without lone surrogates";

/**
 * Copies a value from TypeScript code as plain data: objects and lists of values. Each getter and proxy is read once,
 * here, so later code cannot fail on one or read another value.
 * @param read returns the value
 * @returns the copy, or the first fault
 */
export function copyPlainData(
  read: () => unknown,
  check: CheckValue = () => undefined,
): { readonly copy: unknown } | { readonly fault: Fault } {
  try {
    return { copy: new Copying(check).copy(read, []) };
  } catch (error) {
    if (error instanceof FaultError) return { fault: error.fault };
    throw error;
  }
}

class FaultError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super();
    this.fault = fault;
  }
}

class Copying {
  readonly #check: CheckValue;
  readonly #ancestors = new Set<object>();
  #root: unknown;
  #values = 0;
  #characters = 0;

  constructor(check: CheckValue) {
    this.#check = check;
  }

  copy(read: () => unknown, path: readonly string[]): unknown {
    const value = attempt(read, path, "a getter");
    if (typeof value !== "object" || value === null) return this.#copyValue(value, path);
    if (this.#ancestors.has(value)) throw refuse(path, value, "data that does not contain itself");
    if (path.length === 0) this.#root = value;
    if (path.length > deepest) throw refuse([], this.#root, `at most ${deepest} levels`);
    this.#ancestors.add(value);
    const keys = attempt(() => keysOf(value, path), path, value);
    const copies = keys.map((key) => [key, this.#copyMember(value, key, [...path, key])] as const);
    this.#ancestors.delete(value);
    return Array.isArray(value) ? copies.map(([, copy]) => copy) : Object.fromEntries(copies);
  }

  #copyMember(object: object, key: string, path: readonly string[]): unknown {
    this.#count(key);
    if (!key.isWellFormed()) throw refuse(path, key, wellFormed);
    const copy = this.copy(() => Reflect.get(object, key), path);
    // Almost everywhere else in JavaScript, this key is the object's prototype.
    if (key === "__proto__") throw refuse(path, copy, "another key");
    return copy;
  }

  #copyValue(value: unknown, path: readonly string[]): unknown {
    this.#count(typeof value === "string" ? value : "");
    const allowed = typeof value === "string" && !value.isWellFormed() ? wellFormed : this.#check(value);
    if (allowed !== undefined) throw refuse(path, value, allowed);
    return value;
  }

  #count(text: string): void {
    this.#values += 1;
    this.#characters += text.length;
    if (this.#values <= mostValues && this.#characters <= mostCharacters) return;
    throw refuse(
      [],
      this.#root ?? text,
      `at most ${mostValues} keys and values, with ${mostCharacters} characters in total`,
    );
  }
}

/** Returns the keys of an object or a list, and refuses one that is not plain data. */
function keysOf(value: object, path: readonly string[]): string[] {
  const isList = Array.isArray(value);
  const prototype = Object.getPrototypeOf(value);
  if (!isList && prototype !== Object.prototype && prototype !== null)
    throw refuse(path, value, "plain data: { … }, [ … ], text, a number, true, false or null");
  const keys = Reflect.ownKeys(value).filter((key) => !(isList && key === "length"));
  const texts = keys.filter((key) => typeof key === "string");
  if (texts.length < keys.length)
    throw refuse(
      path,
      keys.find((key) => typeof key === "symbol"),
      "string keys",
    );
  // Named keys come after the numbers.
  if (isList && (texts.length !== value.length || (texts.at(-1) ?? "-1") !== String(value.length - 1)))
    throw refuse(path, value, "a list without gaps or named keys");
  return texts;
}

function refuse(path: readonly string[], given: unknown, allowed: string): FaultError {
  return new FaultError({ path, given, allowed });
}

/** Runs code that may call a getter or a proxy, and refuses the value if that throws. */
function attempt<T>(read: () => T, path: readonly string[], given: unknown): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof FaultError
      ? error
      : new FaultError({ path, given, refused: describeThrown(error) });
  }
}
