/**
 * Characters that a reader cannot see, or that change how a terminal or a page shows the others: control characters, of
 * which escape sequences consist, line separators, lone surrogates, and characters that reorder text or have no width.
 */
const invisible = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu;

/** Replaces invisible characters of a text, other than line feeds and tabs, with escapes as in JSON: `\u001b`. */
export function showInvisible(text: string): string {
  return text.replace(invisible, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
