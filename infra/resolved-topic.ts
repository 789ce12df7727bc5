import type { Problem } from "../kafka/problem.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import type { Stack } from "./stack.ts";
import { fieldOf, type JsonValue, type SmokeMode } from "./topic.ts";
import type { TopicConfig } from "./topic-config.ts";

/** A topic as this stack deploys it. */
export type ResolvedTopic = {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** In the broker's own form. */
  readonly config: Readonly<Record<string, string>>;
  readonly smoke: SmokeMode;
  readonly sample?: JsonValue;
  readonly protect: boolean;
  /** What the catalogue says of it. */
  readonly entry: CatalogueEntry;
};

/**
 * Where a value of a topic was given: its catalogue file, or the stack's config.
 * @param path `["partitions"]`, `["config", "retention.ms"]`
 */
export function placeOf(
  { name, entry }: ResolvedTopic,
  path: readonly string[],
  stack: Stack,
): Pick<Problem, "place" | "field"> {
  const [first = "", key = ""] = path;
  const field = fieldOf(name, path);
  const override: Record<string, unknown> = stack.overrides.get(name) ?? {};
  const given =
    first === "config"
      ? (override.config as TopicConfig | undefined)?.[key as keyof TopicConfig]
      : override[first];
  if (given !== undefined) return { place: stack.file, field: `overrides.${field}` };
  if (first === "replicationFactor" && entry.topic.replicationFactor === undefined)
    return { place: stack.file, field: `defaultReplicationFactor, for ${field}` };
  return { place: entry.file, field };
}

/** A value of a topic as its catalogue would give it: `true` and `1000` where the config's text has them. */
export function givenOf(topic: ResolvedTopic, [first, key = ""]: readonly string[]): unknown {
  const text = first === "config" ? topic.config[key] : undefined;
  if (first !== "config") return topic[first as keyof ResolvedTopic];
  if (text === "true" || text === "false") return text === "true";
  return !text || Number.isNaN(Number(text)) ? text : Number(text);
}
