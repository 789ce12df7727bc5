// Loaded before every command. If output cannot be written, Node ends a program with a stack trace; our commands
// continue, so that they finish their work and write their files.
import { writeSync } from "node:fs";

/** EX_IOERR of sysexits.h. */
const outputFailed = 74;

/** @type {NodeJS.ErrnoException | undefined} */
let failure;
process.stdout.on("error", (error) => {
  failure ??= error;
});
// There is nowhere left to report it.
process.stderr.on("error", () => {});

process.on("exit", (exitCode) => {
  // A command that calls process.exit ends before the stream emits its error.
  failure ??= process.stdout.errored ?? undefined;
  // A reader that has read enough, such as head, closes the pipe.
  if (!failure || failure.code === "EPIPE") return;
  try {
    writeSync(2, `Standard output cannot be written: ${failure.message}\n`);
  } catch {
    // Standard error cannot be written either.
  }
  if (exitCode === 0) process.exitCode = outputFailed;
});
