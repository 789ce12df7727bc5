import type { RecordedSettings } from "../../infra/recorded-settings.ts";
import { projectName } from "../../machine/paths.ts";
import { isAllowed } from "./allowed.ts";
import { judgeConnection } from "./judge-connection.ts";
import { judgeStack } from "./judge-stack.ts";
import { isSame, type Judged, type Lookup, parseSetting, type SettingChange } from "./setting-change.ts";

const overridesKey = `${projectName}:overrides`;

/**
 * Compares the settings of a stack before and after a change.
 * @param allowed the keys that may weaken the connection, or `*`
 * @param environment of this process, whose variables the provider reads for keys that are not set
 */
export function judgeSettings(
  before: RecordedSettings,
  after: RecordedSettings,
  allowed: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): SettingChange[] {
  const [old, now] = [splitOverrides(before), splitOverrides(after)];
  const [oldValue, newValue]: readonly [Lookup, Lookup] = [(key) => old.get(key), (key) => now.get(key)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [observed, expected] = [oldValue(key), newValue(key)];
    if (isSame(observed, expected)) return [];
    const [namespace = "", name = ""] = splitKey(key);
    const judged =
      namespace === projectName
        ? judgeStack(name, observed, expected)
        : judgeConnection(namespace, name, oldValue, newValue, environment);
    return judged ? [toChange(key, judged, allowed, { expected, observed })] : [];
  });
}

/** Makes a finding of a judged setting. */
export function toChange(
  key: string,
  [risk, code]: Judged,
  allowed: readonly string[],
  { expected, observed }: { expected?: string | undefined; observed?: string | undefined } = {},
): SettingChange {
  return {
    key,
    risk,
    code,
    ...(expected !== undefined && { expected }),
    ...(observed !== undefined && { observed }),
    ...(risk === "weakened" && { allowed: isAllowed(key, allowed) }),
  };
}

/** `kafka-topics:overrides.orders.protect` is split at its first colon. */
function splitKey(key: string): readonly [namespace: string, name: string] {
  const colon = key.indexOf(":");
  return [key.slice(0, colon), key.slice(colon + 1)];
}

/** Returns the settings with a key for each field that the overrides replace, and each config. */
function splitOverrides(settings: RecordedSettings): Map<string, string> {
  const { [overridesKey]: overrides, ...others } = settings;
  const fields = flatten(overridesKey, parseSetting(overrides), 3);
  return new Map([...Object.entries(others), ...fields]);
}

/** @param depth of a topic's configs, below which a value stays as it is */
function flatten(path: string, value: unknown, depth: number): [string, string][] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth === 0)
    return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, each]) => flatten(`${path}.${key}`, each, depth - 1));
}
