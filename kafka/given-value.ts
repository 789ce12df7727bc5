import { inspect } from "node:util";

/** In characters; a name may have 249, and a sample any number. */
const longestGiven = 50;

/** A given value that only another process has, as `describeGiven` described it there. */
export class DescribedValue {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns the description; undefined for any other value. A proxy could make `instanceof` throw. */
  static textOf(given: unknown): string | undefined {
    return typeof given === "object" && given !== null && #text in given ? given.#text : undefined;
  }
}

/** Describes a value as Node prints it, cut if it is long. */
export function describeGiven(given: unknown): string {
  const described = DescribedValue.textOf(given);
  if (described !== undefined) return onOneLine(described);
  if (given === undefined) return "nothing";
  // Cut inside the quotes.
  if (typeof given === "string" && given.length > longestGiven)
    return `${show(given.slice(0, longestGiven))}...`;
  const text = onOneLine(show(given));
  return text.length > longestGiven ? `${text.slice(0, longestGiven)}...` : text;
}

/** Describes a thrown value, which may be anything: `TypeError: no such team`. */
export function describeThrown(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return onOneLine(String(thrown));
  } catch {
    // Its message may be a getter that throws.
  }
  return onOneLine(show(thrown));
}

/** Joins the lines of a text. */
export function onOneLine(text: string): string {
  return text.replace(/[\r\n]+/g, " ");
}

function show(value: unknown): string {
  try {
    return inspect(value, { breakLength: Number.POSITIVE_INFINITY, customInspect: false });
  } catch {
    return "(cannot be shown)";
  }
}
