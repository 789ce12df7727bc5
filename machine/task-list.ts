import { ListrLogger, PRESET_TIMER, ProcessOutput } from "listr2";
import { unfilteredStderr } from "./terminal.ts";

/** Only in a terminal the list needs escape sequences. */
const stream = process.stderr.isTTY ? unfilteredStderr : process.stderr;

/** How a list of tasks is shown: on standard error, rewritten in a terminal, else line by line. */
export const rendering = {
  renderer: process.stderr.isTTY ? "default" : "verbose",
  rendererOptions: {
    timer: PRESET_TIMER,
    collapseSubtasks: false,
    // Standard output is for the command's results.
    logger: new ListrLogger({ processOutput: new ProcessOutput(stream, stream) }),
  },
} as const;
