import { z } from "zod";
import type { CatalogueFinding } from "../infra/findings.ts";
import { findPlainSecrets } from "../infra/plain-secrets.ts";
import { hiddenValue, type RecordedSettings, recordSettings } from "../infra/recorded-settings.ts";
import { type Connection, readConnection } from "../kafka/connection.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { type GroupNaming, readSmokeSettings } from "../kafka/smoke-settings.ts";
import { projectName } from "../machine/paths.ts";
import { askPulumi } from "./ask-pulumi.ts";
import type { CliInput } from "./cli.ts";
import { parseOutput } from "./engine-output.ts";
import { explainingSecrets } from "./secret-remedy.ts";

const configValues = z.record(
  z.string(),
  z.object({
    /** A list or an object as JSON. */
    value: z.string().optional(),
    /** Only of a list or an object. */
    objectValue: z.unknown().optional(),
    secret: z.boolean().optional(),
  }),
);

/** All keys of a stack's config, with their values as text and whether they are encrypted. */
export type ConfigValues = z.output<typeof configValues>;

/**
 * Reads a stack's config, decrypted, and hides its secrets from everything that this process prints or writes.
 * @throws Error with the engine's message if the stack does not exist
 */
export async function readConfigValues(
  stack: string,
  flags: readonly string[] = [],
  input: CliInput = {},
): Promise<ConfigValues> {
  const args = ["config", "--json", "--show-secrets", ...flags];
  return parseValues(await askPulumi(stack, args, { ...input, secretsIn }), stack);
}

/**
 * Reads a stack's config without its secrets, and without opening anything that its file names.
 * @throws Error with the engine's message if the stack does not exist
 */
export async function readPlainConfig(stack: string): Promise<ConfigValues> {
  return parseValues(await askPulumi(stack, ["config", "--json"]), stack);
}

/**
 * Reads a stack's config without its secrets, but with the values of the Pulumi ESC environments that its file imports.
 * @throws Error with the engine's message if the stack does not exist, or if an environment cannot be opened
 */
export async function readOpenedConfig(stack: string): Promise<ConfigValues> {
  return parseValues(await askPulumi(stack, ["config", "--json", "--open"]), stack);
}

/** Finds the secrets in the output of `pulumi config --json --show-secrets`, or all values if it is incomplete. */
export function secretsIn(output: string): string[] {
  try {
    const values = Object.values(configValues.parse(JSON.parse(output)));
    return values.flatMap(({ value, secret }) => (secret !== false && value ? leavesOf(value) : []));
  } catch {
    return [...output.matchAll(/"value": *("(?:[^"\\]|\\.)*")/g)].flatMap(([, text = '""']) =>
      leavesOf(JSON.parse(text)),
    );
  }
}

/** A value and, if it is JSON, the texts in it. */
export function leavesOf(value: string): string[] {
  const texts = [value];
  try {
    JSON.parse(value, (_, leaf: unknown) => {
      if (typeof leaf === "string") texts.push(leaf);
      return leaf;
    });
  } catch {
    // It is not JSON.
  }
  return texts;
}

function parseValues(text: string, stack: string): ConfigValues {
  return parseOutput(configValues, text, `The config of stack ${stack}`);
}

/**
 * Reads all keys of a stack's config with their values as text, decrypted.
 * @throws RefusedError if a secret is not encrypted, Error with the engine's message if the stack does not exist
 */
export async function readStackConfig(
  stack: string,
  flags: readonly string[] = [],
  input: CliInput = {},
): Promise<Record<string, string>> {
  const values = await readConfigValues(stack, flags, input);
  const plain = findPlain(stack, values);
  const config = textsOf(values);
  if (plain.length > 0) throw new RefusedError([...plain, ...(await findProblems(stack, config))]);
  return config;
}

/** Finds all problems of a stack's config, also in keys that a command does not need: all are reported together. */
export async function findProblems(
  stack: string,
  config: Readonly<Record<string, string>>,
): Promise<readonly CatalogueFinding[]> {
  // Only here: its modules take longer to load than those of most commands.
  const { readStackSettings } = await import("../infra/stack-settings.ts");
  const { ofStack, ofConnections, ofReview } = readStackSettings(projectName, stack, config).problems;
  return [...ofConnections, ...ofStack, ...ofReview];
}

/** Finds the secrets in a stack's config that its file contains unencrypted. */
export function findPlain(stack: string, values: ConfigValues): CatalogueFinding[] {
  return findPlainSecrets(stack, textsOf(values), (key) => values[key]?.secret === true);
}

/** Returns a stack's settings as a deployment records them. */
export function settingsIn(config: ConfigValues): RecordedSettings {
  const values = Object.entries(config).map(([key, { value }]) => [key, value ?? hiddenValue] as const);
  return recordSettings(projectName, Object.fromEntries(values), (key) => config[key]?.secret === true);
}

/**
 * Parses the output of `pulumi config --json --show-secrets`.
 * @throws Error without a value if it is in another format
 */
export function parseConfig(text: string, stack: string): Record<string, string> {
  return textsOf(parseValues(text, stack));
}

/** Returns the values of a stack's config as text. */
export function textsOf(config: ConfigValues): Record<string, string> {
  const values = Object.entries(config).flatMap(([key, { value }]) =>
    value === undefined ? [] : [[key, value]],
  );
  return Object.fromEntries(values);
}

/**
 * Reads the connection to the cluster of a stack from its config.
 * @throws RefusedError if the config is invalid, Error with the engine's message if the stack does not exist
 */
export function readStackConnection(stack: string): Promise<Connection> {
  return explainingSecrets(
    stack,
    readStackConfig(stack).then((config) => connectionOf(stack, config)),
  );
}

/**
 * Returns the connection in the config of a stack.
 * @throws RefusedError with all problems of the config if the connection is invalid
 */
export async function connectionOf(
  stack: string,
  config: Readonly<Record<string, string>>,
): Promise<Connection> {
  const read = readConnection(config, `Pulumi.${stack}.yaml`);
  if ("problems" in read) throw new RefusedError(await findProblems(stack, config));
  return read.connection;
}

/**
 * Reads from the config of a stack how the smoke suite connects, and which consumer groups it uses.
 * @throws RefusedError if the config is invalid, Error with the engine's message if the stack does not exist
 */
export async function readStackSmoke(
  stack: string,
): Promise<{ connection: Connection; groups: GroupNaming }> {
  const config = await readStackConfig(stack);
  const read = readSmokeSettings(config, `Pulumi.${stack}.yaml`);
  if ("problems" in read) throw new RefusedError(await findProblems(stack, config));
  return read;
}
