import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { hiddenValue, type RecordedSettings } from "../../infra/recorded-settings.ts";
import { stackConfigPath } from "../../machine/paths.ts";
import { type BaseStack, readWorkingStack, type StackFiles } from "../../pulumi/base-stack.ts";
import { type ConfigValues, settingsIn } from "../../pulumi/stack-config.ts";
import { settingsOf, textsIn } from "../../pulumi/stack-file.ts";
import { judgeSettings, toChange } from "./judge-settings.ts";
import { isSame, type Judged, type SettingChange } from "./setting-change.ts";

const ofStackFile = new Map<string, Judged>([
  // Its URL names the server that gets requests with the cloud's credentials.
  ["secretsprovider", ["weakened", "ENCRYPTION_CHANGED"]],
  ["encryptedkey", ["caution", "ENCRYPTION_CHANGED"]],
  ["encryptionsalt", ["caution", "ENCRYPTION_CHANGED"]],
  ["environment", ["weakened", "SETTINGS_IMPORTED"]],
]);
const ofProjectFile = new Map<string, Judged>([
  // It gets the state, and requests with the cloud's credentials.
  ["backend", ["weakened", "ENDPOINT_ADDED"]],
]);
const other: Judged = ["caution", "SETTING_CHANGED"];

/**
 * Compares a stack's settings and files with those in a commit.
 * @param config of the working tree, with nothing decrypted
 * @param allowed the keys that may weaken the connection, or `*`
 * @throws Error if a file of the working tree is invalid
 */
export function compareWithCommit(
  stack: string,
  { stackFile, projectFile }: BaseStack,
  config: ConfigValues,
  allowed: readonly string[],
): SettingChange[] {
  if (!stackFile) return [toChange(`Pulumi.${stack}.yaml`, ["caution", "STACK_ADDED"], allowed)];
  if (!existsSync(stackConfigPath(stack)))
    return [toChange(`Pulumi.${stack}.yaml`, ["caution", "STACK_REMOVED"], allowed)];
  const files = readWorkingStack(stack);
  const before = { stackFile, projectFile };
  const after = { ...settingsIn(config), ...findHiddenChanges(before, files, config) };
  return [
    ...judgeSettings(settingsOf(stackFile, projectFile), after, allowed),
    ...compareFiles(before, files, allowed),
  ];
}

/**
 * Returns another hidden value for each key whose values are not recorded and differ: encrypted ones, and those that may be a
 * misspelt password. A value that is not encrypted is the engine's.
 */
export function findHiddenChanges(
  before: StackFiles,
  after: StackFiles,
  config: ConfigValues,
): RecordedSettings {
  const [recorded, old, now] = [
    settingsOf(before.stackFile, before.projectFile),
    textsIn(before.stackFile, before.projectFile),
    textsIn(after.stackFile, after.projectFile),
  ];
  const changed = Object.entries(settingsIn(config))
    .filter(([key, value]) => value === hiddenValue && recorded[key] === hiddenValue)
    .filter(([key]) => !isSame(old[key], config[key]?.value ?? now[key]));
  return Object.fromEntries(changed.map(([key]) => [key, "[another secret]"]));
}

/**
 * Compares what is in a stack's files besides settings: how secrets are encrypted, and how the engine runs the program. No
 * value is shown.
 */
export function compareFiles(
  before: StackFiles,
  after: StackFiles,
  allowed: readonly string[],
): SettingChange[] {
  return [
    ...differing(before.stackFile, after.stackFile).map((key) =>
      toChange(key, ofStackFile.get(key) ?? other, allowed),
    ),
    ...differing(before.projectFile, after.projectFile).map((key) =>
      toChange(`Pulumi.yaml:${key}`, ofProjectFile.get(key) ?? other, allowed),
    ),
  ];
}

function differing(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  keys.delete("config");
  return [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key]));
}
