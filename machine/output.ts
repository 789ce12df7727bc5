import { reportError, standardOutput } from "./command.ts";
import { writeReport } from "./report-file.ts";

/** Flags of the commands that print a result or write it to files; each is one of the command's `outputs`. */
export const outputOptions = {
  json: { type: "string" },
  markdown: { type: "string" },
} as const;

/** How a result is rendered, each form only where it is asked for. */
export type Renderings = {
  readonly text: () => string;
  readonly json: () => string;
  /** Absent for a command without `--markdown`. */
  readonly markdown?: () => string;
};

/**
 * Prints a result as text, or in the one form that a flag without a file asks for, and writes the files that are asked
 * for.
 * @returns whether all of it could be written; a file that cannot be is named
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
