import { parse, YAMLParseError } from "yaml";
import { z } from "zod";
import { type RecordedSettings, recordSettings } from "../infra/recorded-settings.ts";
import { messageOf } from "../machine/errors.mjs";
import { projectName } from "../machine/paths.ts";

const stackFile = z.looseObject(
  { config: z.record(z.string(), z.unknown(), "keys with their values").nullish() },
  "keys with their values",
);

/** The content of `Pulumi.<stack>.yaml` or `Pulumi.yaml`; the values of secrets are encrypted. */
export type StackFile = z.output<typeof stackFile>;

/** Line breaks of YAML 1.1, which the engine reads and the parser here does not: they could hide a key in a comment. */
const oldLineBreaks = /\r\n?|[\u0085\u2028\u2029]/g;

/** A number with separators, which the engine reads, and YAML 1.2 does not know: `604_800_000`. */
const separated = /^[-+]?\d+(_\d+)+$/;

/**
 * Parses `Pulumi.<stack>.yaml` or `Pulumi.yaml`.
 * @param place the file, as the error names it
 * @throws Error without a value of the file
 */
export function parseStackFile(text: string, place: string): StackFile {
  let document: unknown;
  try {
    const options = { merge: true, prettyErrors: false };
    document = parse(text.replaceAll(oldLineBreaks, "\n"), reviveNumber, options) ?? {};
  } catch (error) {
    const line = error instanceof YAMLParseError ? lineAt(text, error.pos[0]) : 1;
    throw new Error(
      `${place}: line ${line}: it is not valid YAML: ${messageOf(error)}. Correct or restore the file.`,
    );
  }
  const parsed = stackFile.safeParse(document);
  if (parsed.success) return requireDistinct(parsed.data, place);
  throw new Error(`${place}: allowed: ${parsed.error.issues[0]?.message}`);
}

/** @throws Error if a key is given in two notations: which value counts would depend on the order */
function requireDistinct(file: StackFile, place: string): StackFile {
  const byName = Map.groupBy(Object.keys(file.config ?? {}), nameKey);
  const [twice] = [...byName.values()].filter((keys) => keys.length > 1);
  if (twice) throw new Error(`${place}: ${twice.join(" and ")} are the same key. Remove one of them.`);
  return file;
}

function reviveNumber(_: unknown, value: unknown): unknown {
  return typeof value === "string" && separated.test(value) ? Number(value.replaceAll("_", "")) : value;
}

function lineAt(text: string, position: number): number {
  return text.replaceAll(oldLineBreaks, "\n").slice(0, position).split("\n").length;
}

/** The values under `config`, each key with its namespace: `kafka-topics:protect` for `protect`. */
export function valuesOf({ config }: StackFile): Map<string, unknown> {
  return new Map(Object.entries(config ?? {}).map(([key, value]) => [nameKey(key), value]));
}

/** `protect` and `kafka-topics:config:protect` are both `kafka-topics:protect`, as for the engine. */
function nameKey(key: string): string {
  const [first = "", ...rest] = key.split(":");
  return rest.length === 0 ? `${projectName}:${first}` : `${first}:${rest.at(-1)}`;
}

/** Returns the settings in a stack's file, with the defaults of the project's, as a deployment records them. */
export function settingsOf(stack: StackFile, project: StackFile): RecordedSettings {
  const values = withDefaults(stack, project);
  return recordSettings(projectName, textsIn(stack, project), (key) => isSecret(values.get(key)));
}

/** Returns the values in a stack's file as text, with the defaults of the project's; those of secrets are encrypted. */
export function textsIn(stack: StackFile, project: StackFile): Record<string, string> {
  return Object.fromEntries([...withDefaults(stack, project)].map(([key, value]) => [key, toText(value)]));
}

function withDefaults(stack: StackFile, project: StackFile): Map<string, unknown> {
  return new Map([...defaultsOf(project), ...valuesOf(stack)]);
}

/** A project declares its keys with `type`, `default` and `value`; a key of another namespace may be its value alone. */
const declaration = z.looseObject({ default: z.unknown(), value: z.unknown() }).partial();

function defaultsOf(project: StackFile): [string, unknown][] {
  return [...valuesOf(project)].flatMap(([key, declared]): [string, unknown][] => {
    const parsed = declaration.safeParse(declared);
    const value = parsed.success ? (parsed.data.value ?? parsed.data.default) : declared;
    return value === undefined ? [] : [[key, value]];
  });
}

/** Converts a value to text as the engine does. */
function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Whether a value or a part of it is encrypted. */
function isSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "secure" in value || Object.values(value).some(isSecret);
}
