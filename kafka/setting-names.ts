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
  /** The key or the variable of each: `smoke:saslPassword`. */
  readonly names: ReadonlyMap<string, string>;
};

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

/** Whether the value of a setting comes from an environment variable, whose name has no colon. */
export function isFromEnvironment({ elsewhere }: SettingNames, key: string): boolean {
  return elsewhere[key] !== undefined && !elsewhere[key].includes(":");
}
