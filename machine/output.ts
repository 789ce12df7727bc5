import { reportError, standardOutput } from "./command.ts";
import { writeReport } from "./report-file.ts";

/** Flags of the commands that print a result or write it to files; a command lists them in its `outputs` too. */
export const outputOptions = {
  json: { type: "string" },
  markdown: { type: "string" },
} as const;

/** Renders a result; only the requested formats are rendered. */
export type Renderings = {
  readonly text: () => string;
  readonly json: () => string;
  /** Absent for a command without `--markdown`. */
  readonly markdown?: () => string;
};

/**
 * Prints a result as text, or in the format of a flag without a file, and writes the files that the flags name.
 * @returns whether all files could be written; the others are reported
 */
export function writeOutputs(
  { json, markdown }: { readonly json?: string | undefined; readonly markdown?: string | undefined },
  { text, json: renderJson, markdown: renderMarkdown = text }: Renderings,
): boolean {
  const forms = [
    { flag: "--json", file: json, render: renderJson },
    { flag: "--markdown", file: markdown, render: renderMarkdown },
  ];
  const printed = forms.find(({ file }) => file === standardOutput);
  process.stdout.write(printed ? printed.render() : `${text()}\n`);
  try {
    for (const { flag, file, render } of forms)
      if (file !== undefined && file !== standardOutput) writeReport(flag, file, render());
    return true;
  } catch (error) {
    reportError(error);
    return false;
  }
}
