// Loaded before every command, so that no text that a command prints, from wherever it is, controls the terminal or the
// runner of a workflow.
import { filterOutput } from "./terminal.ts";

filterOutput(process.stdout);
filterOutput(process.stderr);
