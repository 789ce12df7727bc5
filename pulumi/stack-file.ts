import { parse } from "yaml";
import { z } from "zod";
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

/**
 * Parses `Pulumi.<stack>.yaml` or `Pulumi.yaml`.
 * @param place the file, as the error names it
 * @throws Error without a value of the file
 */
export function parseStackFile(text: string, place: string): StackFile {
  let document: unknown;
  try {
    document = parse(text.replaceAll(oldLineBreaks, "\n"), { merge: true, prettyErrors: false }) ?? {};
  } catch (error) {
    throw new Error(`${place} is not valid YAML: ${messageOf(error)}`);
  }
  const parsed = stackFile.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new Error(`${place}: allowed: ${parsed.error.issues[0]?.message}`);
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
