import type { Problem } from "../kafka/problem.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import type { Stack } from "./stack.ts";
import { fieldOf } from "./topic.ts";

/** Where the values of a stack's topics come from. */
export type Origin = {
  readonly stack: Stack;
  /** By topic name. */
  readonly entries: ReadonlyMap<string, CatalogueEntry>;
};

/**
 * Finds where a value of a topic was given: in its catalogue file or in the stack's config.
 * @param path `["partitions"]`, `["config", "retention.ms"]`
 */
export function placeOf(
  topic: string,
  path: readonly string[],
  { stack, entries }: Origin,
): Pick<Problem, "place" | "field"> {
  const [first = "", key = ""] = path;
  const field = fieldOf(topic, path);
  const override = stack.overrides.get(topic);
  const overridden: Record<string, unknown> = first === "config" ? { ...override?.config } : { ...override };
  const given = overridden[first === "config" ? key : first];
  if (given !== undefined) return { place: stack.file, field: `overrides.${field}` };
  const entry = entries.get(topic);
  if (first === "replicationFactor" && entry?.declared.replicationFactor === undefined)
    return { place: stack.file, field: `defaultReplicationFactor, for ${field}` };
  return { place: entry?.file ?? stack.file, field };
}

/**
 * Returns a value of a topic as a catalogue gives it: the config values `"true"` and `"1000"` become `true` and `1000`.
 * @returns undefined for the topic as a whole
 */
export function givenOf(
  { partitions, replicationFactor, config }: TopicSpec,
  [field, key = ""]: readonly string[],
): string | number | boolean | undefined {
  if (field === "partitions") return partitions;
  if (field === "replicationFactor") return replicationFactor;
  const text = config[key];
  if (text === "true" || text === "false") return text === "true";
  return !text || Number.isNaN(Number(text)) ? text : Number(text);
}
