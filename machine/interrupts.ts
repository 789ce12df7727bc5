import { constants } from "node:os";

/** How a run learns that it is to end early. */
export type Interrupts = {
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** 130 or 143 after one. */
  readonly exitCode: () => number | undefined;
};

/** Lets the first Ctrl-C or SIGTERM end a run in good order; another one ends the process at once. */
export function watchInterrupts(): Interrupts {
  const controller = new AbortController();
  let exitCode: number | undefined;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (exitCode !== undefined) process.exit(exitCode);
      exitCode = 128 + constants.signals[name];
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode };
}
