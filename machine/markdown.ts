/** Text for a cell of a Markdown table: as it is, on one line. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\|*_`<>[\]]/g, "\\$&").replaceAll("\n", " ");
}
