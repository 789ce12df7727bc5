import { writeSync } from "node:fs";

/**
 * Makes an error of an end before all topics are declared. Node ends in good order when nothing is left to do, also
 * where the program awaits what never comes; the engine would take that for success, and delete every topic.
 * @returns to be called when they are declared; what the engine is still to be told keeps the program running
 */
export function refuseEarlyEnd(): () => void {
  const onExit = (code: number) => {
    if (code !== 0 || process.exitCode) return;
    process.exitCode = 1;
    writeSync(2, "The program ended before it had declared its topics. Nothing is changed.\n");
  };
  process.on("exit", onExit);
  return () => process.off("exit", onExit);
}
