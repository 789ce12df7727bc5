import type { Problem } from "../kafka/problem.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import { configsOf, layersOf } from "./layers.ts";
import { fieldOf } from "./parse-topic.ts";
import type { Stack } from "./stack.ts";
import { topicConfig } from "./topic-config.ts";

/** Where the values of a stack's topics come from. */
export type Origin = {
  readonly stack: Stack;
  /** By topic name. */
  readonly entries: ReadonlyMap<string, CatalogueEntry>;
};

/** A value of a topic as it is given, before the stack's cap. */
type Given = {
  readonly place: string;
  readonly field: string;
  /** In the form of a `TopicSpec`; undefined if it is not given. */
  readonly value: unknown;
};

/**
 * Finds a value of a topic where it is given: in its catalogue file or in the stack's config.
 * @param path `["partitions"]`, `["config", "retention.ms"]`
 */
export function findGiven(topic: string, path: readonly string[], { stack, entries }: Origin): Given {
  const [first = "", key = ""] = path;
  const field = fieldOf(topic, path);
  const entry = entries.get(topic);
  for (const { file, values, nameOf } of entry ? layersOf(entry, stack) : []) {
    const isOther = first === "config" && values.otherConfig?.[key] !== undefined;
    const value =
      first === "config" ? configsOf(values).get(key) : new Map(Object.entries(values)).get(first);
    if (value !== undefined)
      return { place: file, field: nameOf(isOther ? ["otherConfig", key] : path), value };
  }
  const defaults: Record<string, readonly [key: string, value: unknown]> = {
    partitions: ["defaultPartitions", stack.defaultPartitions],
    replicationFactor: ["defaultReplicationFactor", stack.defaultReplicationFactor],
    protect: ["protect", stack.protect],
  };
  const fallback = defaults[first];
  if (fallback) return { place: stack.file, field: `${fallback[0]}, for ${field}`, value: fallback[1] };
  return { place: entry?.file ?? stack.file, field, value: undefined };
}

/**
 * Finds where a value of a topic is given.
 * @param path as for `findGiven`
 */
export function placeOf(
  topic: string,
  path: readonly string[],
  origin: Origin,
): Pick<Problem, "place" | "field"> {
  const { place, field } = findGiven(topic, path, origin);
  return { place, field };
}

/**
 * Returns a value of a topic as a catalogue gives it: the config values `"true"` and `"1000"` become `true` and `1000`.
 * @returns undefined for the topic as a whole
 */
export function givenOf(
  { partitions, replicationFactor, config, owner, description }: TopicSpec,
  [field, key = ""]: readonly string[],
): string | number | boolean | undefined {
  if (field === "partitions") return partitions;
  if (field === "replicationFactor") return replicationFactor;
  if (field === "owner") return owner;
  if (field === "description") return description;
  const text = config[key];
  // The text of another config has no type.
  if (!Object.hasOwn(topicConfig.shape, key)) return text;
  if (text === "true" || text === "false") return text === "true";
  const number = Number(text);
  if (!text || Number.isNaN(number)) return text;
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}
