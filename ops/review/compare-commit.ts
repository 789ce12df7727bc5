import { isDeepStrictEqual } from "node:util";
import type { RecordedSettings } from "../../infra/recorded-settings.ts";
import { type BaseStack, readWorkingStack, type StackFiles } from "../../pulumi/base-stack.ts";
import { type StackFile, secretsOf, settingsOf } from "../../pulumi/stack-file.ts";
import { judgeSettings, toChange } from "./judge-settings.ts";
import type { Judged, SettingChange } from "./setting-change.ts";

const ofStackFile = new Map<string, Judged>([
  ["secretsprovider", ["caution", "ENCRYPTION_CHANGED"]],
  ["encryptedkey", ["caution", "ENCRYPTION_CHANGED"]],
  ["encryptionsalt", ["caution", "ENCRYPTION_CHANGED"]],
  ["environment", ["weakened", "SETTINGS_IMPORTED"]],
]);
const other: Judged = ["caution", "SETTING_CHANGED"];

/**
 * Compares a stack's settings and files with those in a commit.
 * @param settings of the working tree
 * @param allowed the keys that may weaken the connection, or `*`
 * @throws Error if a file of the working tree is invalid
 */
export function compareWithCommit(
  stack: string,
  { stackFile, projectFile }: BaseStack,
  settings: RecordedSettings,
  allowed: readonly string[],
): SettingChange[] {
  if (!stackFile) return [toChange(`Pulumi.${stack}.yaml`, ["caution", "STACK_ADDED"], allowed)];
  const files = readWorkingStack(stack);
  const after = { ...settings, ...findChangedSecrets(stackFile, files.stackFile) };
  return [
    ...judgeSettings(settingsOf(stackFile, projectFile), after, allowed),
    ...compareFiles({ stackFile, projectFile }, files, allowed),
  ];
}

/** Returns a value that differs from that of any secret for each key whose encrypted value changes. */
export function findChangedSecrets(before: StackFile, after: StackFile): RecordedSettings {
  const [old, now] = [secretsOf(before), secretsOf(after)];
  const changed = differing(old, now).filter((key) => Object.hasOwn(old, key) && Object.hasOwn(now, key));
  return Object.fromEntries(changed.map((key) => [key, "[another secret]"]));
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
      toChange(`Pulumi.yaml:${key}`, other, allowed),
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
