/** Escapes text for a cell of a Markdown table, on one line. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\|*_`~<>&[\]]/g, "\\$&").replace(/\r\n?|[\n\u2028\u2029]/g, " ");
}
