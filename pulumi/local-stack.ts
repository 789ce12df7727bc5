import type { CatalogueFinding } from "../infra/findings.ts";
import { stackFile as fileOf, readStack, type Stack, type StackKey } from "../infra/stack.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { projectName } from "../machine/paths.ts";
import { readWorkingStack } from "./base-stack.ts";
import { textsIn } from "./stack-file.ts";

/**
 * Reads the settings of this program in a stack's file. The engine, which takes a second, is asked only if the file imports
 * Pulumi ESC environments, because they may contain settings too.
 * @param needed the settings that the command uses; by default, all
 * @throws RefusedError if one of them is invalid, Error with the engine's message if it cannot open an environment
 */
export async function readLocalStack(name: string, needed?: readonly StackKey[]): Promise<Stack> {
  const { stackFile = {}, projectFile } = readWorkingStack(name);
  const config = stackFile.environment ? await readOpened(name) : textsIn(stackFile, projectFile);
  return parseStack(name, config, needed);
}

/**
 * Reads the settings of this program in a stack's file, without the environments that it imports: for the stacks that a
 * command is not for, and where there is no engine.
 * @param needed the settings that the command uses; an invalid value of another one is replaced by its default
 * @throws RefusedError if one of them is invalid, or if only an environment can have it; Error if the file is not valid YAML
 */
export function readStackFile(name: string, needed: readonly StackKey[]): Stack {
  const { stackFile = {}, projectFile } = readWorkingStack(name);
  const config = textsIn(stackFile, projectFile);
  const unknown = stackFile.environment
    ? needed.filter((key) => !Object.hasOwn(config, `${projectName}:${key}`))
    : [];
  if (unknown.length > 0) throw new RefusedError(unknown.map((key) => explainEnvironment(name, key)));
  return parseStack(name, config, needed);
}

function explainEnvironment(stack: string, field: StackKey): CatalogueFinding {
  const allowed = "a value in this file: it imports environments, which may contain another one";
  return { code: "INVALID_VALUE", place: fileOf(stack), field, given: undefined, allowed };
}

function parseStack(
  name: string,
  config: Readonly<Record<string, string>>,
  needed?: readonly StackKey[],
): Stack {
  const { stack, problems } = readStack(projectName, name, config);
  const isNeeded = (field: string) => !needed || needed.some((key) => field.split(".")[0] === key);
  // An unknown key may be a misspelt one that the command uses.
  const refused = problems.filter(({ code, field }) => code === "UNKNOWN_KEY" || isNeeded(field));
  if (!stack || refused.length > 0) throw new RefusedError(stack ? refused : problems);
  return stack;
}

/** Reads a stack's config with the values of its environments, without decrypting secrets. */
async function readOpened(name: string): Promise<Record<string, string>> {
  // Loaded only here: few stacks have environments.
  const { readOpenedConfig, textsOf } = await import("./stack-config.ts");
  return textsOf(await readOpenedConfig(name));
}
