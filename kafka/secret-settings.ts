/** The settings of a connection that are secret. For OAuth 2, the password is the client secret. */
export const secretSettings: readonly string[] = [
  "saslPassword",
  "clientKey",
  "clientKeyPassphrase",
  "saslAwsSecretKey",
  "saslAwsToken",
];

/** Whether a config key such as `kafka:saslPassword` is secret. Any namespace may be that of a connection. */
export function isSecretKey(key: string): boolean {
  const [namespace, setting = ""] = key.split(":");
  return namespace !== "" && secretSettings.includes(setting);
}
