import { PulumiError } from "./cli.ts";
import { readConfigValues } from "./stack-config.ts";

/** Variables of the environment that may contain a secret which the engine or the provider logs. */
const secretVariables = [
  "KAFKA_SASL_PASSWORD",
  "KAFKA_CLIENT_KEY",
  "KAFKA_CLIENT_KEY_PASSPHRASE",
  // The provider takes these as defaults, whatever the mechanism is.
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "PULUMI_CONFIG_PASSPHRASE",
] as const;

/** A shorter line of a secret, such as the last line of a key, is no secret by itself and may occur anywhere. */
const leastLineLength = 16;

/** Returns a function that replaces the secrets of a stack's config and of the environment in a text. */
export async function maskSecrets(stack: string): Promise<(text: string) => string> {
  const ofEnvironment = secretVariables.flatMap((name) => process.env[name] || []);
  const secrets = [...(await readSecrets(stack)), ...ofEnvironment]
    .flatMap(formsOf)
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, "[secret]"), text);
}

/** Returns nothing for a stack that cannot be read: the command itself reports why. */
async function readSecrets(stack: string): Promise<string[]> {
  if (!stack) return [];
  try {
    return Object.values(await readConfigValues(stack)).flatMap(({ value, secret }) =>
      secret !== false && value ? [value] : [],
    );
  } catch (error) {
    if (error instanceof PulumiError) return [];
    throw error;
  }
}

/** A secret as it is, as a log escapes it, and its lines. */
function formsOf(secret: string): string[] {
  const lines = secret.split("\n").filter((line) => line.length >= leastLineLength);
  return [secret, JSON.stringify(secret).slice(1, -1), ...lines];
}
