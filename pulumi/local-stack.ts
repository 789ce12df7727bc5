import { readStack, type Stack } from "../infra/stack.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { projectName } from "../machine/paths.ts";
import { readWorkingStack } from "./base-stack.ts";
import { textsIn } from "./stack-file.ts";

/**
 * Reads the settings of this program in a stack's file, without the engine.
 * @throws RefusedError if they are invalid
 */
export function readLocalStack(name: string): Stack {
  const { stackFile = {}, projectFile } = readWorkingStack(name);
  const { stack, problems } = readStack(projectName, name, textsIn(stackFile, projectFile));
  if (!stack || problems.length > 0) throw new RefusedError(problems);
  return stack;
}
