import { ListrLogger, PRESET_TIMER, ProcessOutput } from "listr2";

/** How a list of tasks is shown: on standard error, rewritten in a terminal, else line by line. */
export const rendering = {
  renderer: process.stderr.isTTY ? "default" : "verbose",
  rendererOptions: {
    timer: PRESET_TIMER,
    collapseSubtasks: false,
    // Standard output is for the command's results.
    logger: new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) }),
  },
} as const;
