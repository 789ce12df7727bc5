import { setImmediate as nextTurn } from "node:timers/promises";
import { prepare } from "./environment.ts";

/**
 * Loads what a command needs after the engine's answer while the engine works on it. To load a module blocks this process,
 * so the questions to the engine have to be asked before this is called, and are on their way before it loads.
 */
export async function loadMeanwhile<Module>(stack: string, load: () => Promise<Module>): Promise<Module> {
  await prepare(stack);
  await nextTurn();
  return load();
}
