import { createRequire } from "node:module";
import type { RE2JS } from "re2js";

/** What RE2 lacks, because it cannot be matched in linear time, by the beginning of the construct. */
const lacking = [
  [/^\(\?[=!]/, "lookaheads"],
  [/^\(\?<[=!]/, "lookbehinds"],
  [/^\\[1-9k]/, "backreferences"],
] as const;

const require = createRequire(import.meta.url);

/** Loads RE2, which most stacks do not need. */
function loadRe2(): typeof import("re2js") {
  return require("re2js");
}

/** What the placeholders of a pattern stand for. */
export type Placeholders = {
  /** The name of the catalogue file, without its directory and extension. */
  readonly domain: string;
  /** The beginnings that names of the team's topics may have. */
  readonly team: readonly string[];
};

/** Explains why a stack's `namePattern` is invalid; returns undefined for a valid one. */
export function explainInvalid(pattern: string): string | undefined {
  const { RE2JS, RE2JSSyntaxException } = loadRe2();
  try {
    // Compiled with empty placeholders: others could turn an invalid pattern into a valid one.
    RE2JS.compile(insert(pattern, { domain: "", team: [] }));
    return undefined;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const construct = error.getPattern() ?? "";
    const [, missing] = lacking.find(([start]) => start.test(construct)) ?? [];
    return missing ? `RE2 has no ${missing}: ${construct}` : `${error.getDescription()}: ${construct}`;
  }
}

/** Patterns with their placeholders replaced: many topics have the same. */
const compiled = new Map<string, RE2JS>();

/**
 * Whether a whole name matches a valid `namePattern`. It takes linear time: JavaScript's own engine takes seconds to match 28
 * letters with `([a-z]+-?)+`.
 */
export function matchesPattern(name: string, pattern: string, placeholders: Placeholders): boolean {
  const source = insert(pattern, placeholders);
  const known = compiled.get(source) ?? loadRe2().RE2JS.compile(source);
  compiled.set(source, known);
  return known.matches(name);
}

/** Quotes a text for a pattern, even if it is inserted into a character class, where a hyphen has a meaning. */
function quote(text: string): string {
  return text.replace(/[^\w\s\u0080-\uffff]/g, "\\$&");
}

/** Replaces the placeholders of a pattern, in one pass: a domain may contain `{team}`. */
function insert(pattern: string, { domain, team }: Placeholders): string {
  // In a group, so that no text joins what is next to it: "[z-{domain}]" would be invalid only with some.
  const teams = team.map(quote).join("|");
  return pattern.replaceAll(
    /\{(domain|team)\}/g,
    (_, name) => `(?:${name === "team" ? teams : quote(domain)})`,
  );
}
