/** The entry of one code in docs/findings.md. */
export type CodeEntry = {
  /** What the code means, in one sentence. */
  readonly meaning: string;
  /** The message of a command, for sample data. */
  readonly message: string;
};

/** The codes of one command, in documentation order. */
export type FindingsSection = {
  readonly title: string;
  /** Which command reports them, and where. */
  readonly intro: string;
  readonly codes: Readonly<Record<string, CodeEntry>>;
};

/** Renders a section as Markdown. */
export function renderSection({ title, intro, codes }: FindingsSection): string {
  const rows = Object.entries(codes).map(
    ([code, { meaning, message }]) => `| \`${code}\` | ${escapeCell(meaning)} | ${escapeCell(message)} |`,
  );
  return [`## ${title}`, "", intro, "", "| code | meaning | example |", "|---|---|---|", ...rows, ""].join(
    "\n",
  );
}

/** Escapes text for a table cell: puts it on one line and escapes Markdown and HTML. */
function escapeCell(text: string): string {
  return text
    .replace(/\s*\n\s*/g, " ")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replaceAll("*", "\\*")
    .replaceAll("_", "\\_");
}
