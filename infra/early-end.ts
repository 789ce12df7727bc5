import { writeSync } from "node:fs";

/**
 * Makes the program fail if it ends before it has declared all topics. Node exits with 0 when nothing is left to do, even
 * if the program awaits a promise that never settles; the engine would take that for success and delete every topic.
 * @returns a function to call once all topics are declared; from then on, pending engine calls keep the program running
 */
export function refuseEarlyEnd(): () => void {
  const onExit = (code: number) => {
    if (code !== 0 || process.exitCode) return;
    process.exitCode = 1;
    writeSync(2, "The program ended before it declared its topics. Nothing was changed.\n");
  };
  process.on("exit", onExit);
  return () => process.off("exit", onExit);
}
