import { environmentNames } from "./connection-settings.ts";

const setting = "skipTlsVerify";
const keyOfSetting = /^[\w.-]+:skipTlsVerify$/;

/**
 * Finds what switches the verification of certificates off, for any connection of a stack.
 * @param config all keys of the stack's config
 * @returns the keys, `kafka:skipTlsVerify`, and environment variables
 */
export function findUnverified(
  config: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv = process.env,
): string[] {
  const keys = Object.keys(config).filter((key) => keyOfSetting.test(key) && String(config[key]) === "true");
  // The environment applies to all stacks, and a single stack may disable TLS.
  const isPlain = String(config["kafka:tlsEnabled"]) === "false";
  const names = isPlain ? [] : (environmentNames[setting] ?? []);
  const deploying = `kafka:${setting}` in config ? [] : names;
  const reviewing = names.map((name) => `REVIEW_${name}`);
  return [...keys, ...[...deploying, ...reviewing].filter((name) => environment[name] === "true")];
}

/**
 * Describes what switches the verification off, and what to do.
 * @param caCert the key or the variable that sets the connection's CAs
 */
export function describeUnverified(key: string, caCert = "kafka:caCert"): string {
  return (
    `${key} is "true", so certificates are not verified: another server could pose as a broker, and read the password and ` +
    `the records. Set ${caCert}, and remove ${key}.`
  );
}
