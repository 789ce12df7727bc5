/**
 * Characters that a reader cannot see, or that change how a terminal or a page shows the others: control characters, of
 * which escape sequences consist, line separators, lone surrogates, and characters that reorder text or have no width.
 */
const invisible = /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]--[\n\t]]/gv;

/** Replaces invisible characters of a text, other than line feeds and tabs, with escapes as in JSON: `\u001b`. */
export function showInvisible(text: string): string {
  return text.replace(invisible, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/**
 * Replaces the first character of what a workflow's runner would execute with an escape: `::add-mask::` at the beginning
 * of a line, of which GitHub ignores the blanks, and `##vso[` and GitHub's older `##[` anywhere.
 * @param isContinued whether the text continues a line that has more than blanks
 */
export function showCommands(text: string, isContinued = false): string {
  return text
    .replace(/##(?=\w*\[)/g, "\\u0023#")
    .replace(/(^|\n)([^\S\n]*):(?=:)/g, (found, start, blanks) =>
      isContinued && start === "" ? found : `${start}${blanks}\\u003a`,
    );
}
