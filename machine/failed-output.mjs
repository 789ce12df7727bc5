// Loaded before every command. Node ends a program whose output cannot be written with a stack trace; a command of
// ours goes on, so that what it began is finished and its files are written.
import { writeSync } from "node:fs";

/** EX_IOERR of sysexits.h. */
const outputFailed = 74;

/** @type {NodeJS.ErrnoException | undefined} */
let failure;
process.stdout.on("error", (error) => {
  failure ??= error;
});
// There is nowhere left to say it.
process.stderr.on("error", () => {});

process.on("exit", (exitCode) => {
  // A command that exits itself does so before the stream tells.
  failure ??= process.stdout.errored ?? undefined;
  // A reader that has enough, such as head, closes the pipe.
  if (!failure || failure.code === "EPIPE") return;
  try {
    writeSync(2, `Standard output cannot be written: ${failure.message}\n`);
  } catch {
    // Standard error cannot either.
  }
  if (exitCode === 0) process.exitCode = outputFailed;
});
