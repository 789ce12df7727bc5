import { readStack, type Stack, type StackKey } from "../infra/stack.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { projectName } from "../machine/paths.ts";
import { readWorkingStack } from "./base-stack.ts";
import { textsIn } from "./stack-file.ts";

/**
 * Reads the settings of this program in a stack's file, without the engine.
 * @param needed the settings that the command uses; by default, all
 * @throws RefusedError if one of them is invalid
 */
export function readLocalStack(name: string, needed?: readonly StackKey[]): Stack {
  const { stackFile = {}, projectFile } = readWorkingStack(name);
  const { stack, problems } = readStack(projectName, name, textsIn(stackFile, projectFile));
  const isNeeded = (field: string) => !needed || needed.some((key) => field.split(".")[0] === key);
  const refused = problems.filter(({ field }) => isNeeded(field));
  if (!stack || refused.length > 0) throw new RefusedError(stack ? refused : problems);
  return stack;
}
