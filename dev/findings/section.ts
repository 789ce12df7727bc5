/** What docs/findings.md says of one code. */
export type CodeEntry = {
  /** In one sentence. */
  readonly meaning: string;
  /** As a command words it, of sample data. */
  readonly message: string;
};

/** The codes of one command, in the order in which they are documented. */
export type FindingsSection = {
  readonly title: string;
  /** Which command reports them, and where. */
  readonly intro: string;
  readonly codes: Readonly<Record<string, CodeEntry>>;
};

/** A section as Markdown. */
export function renderSection({ title, intro, codes }: FindingsSection): string {
  const rows = Object.entries(codes).map(
    ([code, { meaning, message }]) => `| \`${code}\` | ${escapeCell(meaning)} | ${escapeCell(message)} |`,
  );
  return [`## ${title}`, "", intro, "", "| code | meaning | example |", "|---|---|---|", ...rows, ""].join(
    "\n",
  );
}

/** For a cell of a table: on one line, with what Markdown or HTML would read. */
function escapeCell(text: string): string {
  return text
    .replace(/\s*\n\s*/g, " ")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replaceAll("*", "\\*")
    .replaceAll("_", "\\_");
}
