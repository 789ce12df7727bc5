import { z } from "zod";
import { askPulumi } from "./ask-pulumi.ts";
import { PulumiError } from "./cli.ts";

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

const configValues = z.record(z.string(), z.object({ value: z.string().optional(), secret: z.boolean() }));

/** A shorter line of a secret, such as the last line of a key, is no secret by itself and may occur anywhere. */
const leastLineLength = 16;

/** Whether the flags make the engine log its requests to the provider, which contain the stack's secrets. */
export function logsRequests(flags: readonly string[]): boolean {
  return flags.some((flag) => /^(-v|--verbose)(=|\d|$)/.test(flag));
}

/** Returns a function that replaces the secrets of a stack's config and of the environment in a text. */
export async function maskSecrets(stack: string): Promise<(text: string) => string> {
  const ofConfig = Object.values(await readConfig(stack)).flatMap(({ value, secret }) =>
    secret && value ? [value] : [],
  );
  const ofEnvironment = secretVariables.flatMap((name) => process.env[name] || []);
  const secrets = [...ofConfig, ...ofEnvironment].flatMap(formsOf).sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, "[secret]"), text);
}

/** Returns nothing for a stack that cannot be read: the command itself reports why. */
async function readConfig(stack: string): Promise<z.output<typeof configValues>> {
  if (!stack) return {};
  try {
    return configValues.parse(JSON.parse(await askPulumi(stack, ["config", "--json", "--show-secrets"])));
  } catch (error) {
    if (error instanceof PulumiError) return {};
    throw error;
  }
}

/** A secret as it is, as a log escapes it, and its lines. */
function formsOf(secret: string): string[] {
  const lines = secret.split("\n").filter((line) => line.length >= leastLineLength);
  return [secret, JSON.stringify(secret).slice(1, -1), ...lines];
}
