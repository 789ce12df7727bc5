import { z } from "zod";

/** How messages name the settings of a connection. */
export type SettingNames = {
  /** The namespace of the connection's own keys in the stack's config, such as `smoke`. */
  readonly namespace: string;
  /** By setting, the key of another namespace or the environment variable that its value comes from. */
  readonly elsewhere: Readonly<Record<string, string>>;
};

/** The settings that a connection has of its own, where another one has `kafka:` keys or variables. */
export type OwnSettings = {
  /** The namespace of their keys. */
  readonly namespace: string;
  /** The key or the variable of each: `smoke:saslPassword`. A setting that is missing may have a name, too. */
  readonly names: ReadonlyMap<string, string>;
};

/** The settings of a connection that has none of its own. */
export const sharedSettings: OwnSettings = { namespace: "kafka", names: new Map() };

/** The names of a connection whose settings are all keys of `kafka:`. */
export const kafkaNames: SettingNames = { namespace: "kafka", elsewhere: {} };

/** Names a setting by where its value comes from: `smoke:saslPassword`, `KAFKA_SASL_PASSWORD`. */
export function nameSetting(names: SettingNames, key: string): string {
  return names.elsewhere[key] ?? nameKey(names, key);
}

/** Names the key with which a stack's config sets a setting of this connection alone: `smoke:saslPassword`. */
export function nameKey({ namespace }: SettingNames, key: string): string {
  return `${namespace}:${key}`;
}

/** Whether a name is that of an environment variable. */
export function isVariable(name: string): boolean {
  return !name.includes(":");
}

/** Whether the value of a setting comes from an environment variable. */
export function isFromEnvironment({ elsewhere }: SettingNames, key: string): boolean {
  return elsewhere[key] !== undefined && isVariable(elsewhere[key]);
}

/** The environment variable that tells the Pulumi program how to name the settings of a review's connection. */
export const ownSettingsVariable = "KAFKA_TOPICS_OWN_SETTINGS";

const written = z.object({ namespace: z.string(), names: z.array(z.tuple([z.string(), z.string()])) });

/** Returns the value of `ownSettingsVariable`. */
export function writeOwnSettings({ namespace, names }: OwnSettings): string {
  return JSON.stringify({ namespace, names: [...names] });
}

/** Reads a value of `ownSettingsVariable`; anything else stands for no own settings. */
export function readOwnSettings(text: string | undefined): OwnSettings {
  try {
    const { namespace, names } = written.parse(JSON.parse(text ?? ""));
    return { namespace, names: new Map(names) };
  } catch {
    return sharedSettings;
  }
}
