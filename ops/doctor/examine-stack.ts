import { type ExaminedStack, examine } from "./examine.ts";
import type { Step } from "./findings.ts";
import { renderStep } from "./render.ts";

/**
 * Examines the connection of a stack, and prints each step when it ends.
 * @returns the steps, of which only the last one may have failed
 */
export async function examineStack(
  stack: ExaminedStack,
  print: (lines: string) => void,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for await (const step of examine(stack)) {
    steps.push(step);
    print(`${renderStep(step, steps)}\n`);
  }
  return steps;
}
