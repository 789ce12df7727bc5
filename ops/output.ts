import { reportError } from "../machine/command.ts";
import { writeReport } from "./report-file.ts";

/** Flags of the commands that print a result or write it to files. */
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

/** The value of an output flag that was given without a file. */
const standardOutput = "-";

/**
 * Prints a result as text, or as JSON alone where `--json` names no file, and writes the files that are asked for.
 * @returns whether all of it could be written; a file that cannot be is named
 */
export function writeOutputs(
  { json, markdown }: { readonly json?: string | undefined; readonly markdown?: string | undefined },
  renderings: Renderings,
): boolean {
  process.stdout.write(json === standardOutput ? renderings.json() : `${renderings.text()}\n`);
  try {
    if (json !== undefined && json !== standardOutput) writeReport("--json", json, renderings.json());
    if (markdown !== undefined && renderings.markdown)
      writeReport("--markdown", markdown, renderings.markdown());
    return true;
  } catch (error) {
    reportError(error);
    return false;
  }
}
