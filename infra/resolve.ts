import { nearest, type Problem } from "../kafka/problem.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import type { Stack } from "./stack.ts";
import type { JsonValue, SmokeMode } from "./topic.ts";
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
};

/**
 * Applies a stack's overrides, defaults and cap to the catalogue, in that order.
 * @param names all that the catalogue declares, those among them that are wrong and have no entry
 */
export function resolveTopics(
  entries: readonly CatalogueEntry[],
  names: readonly string[],
  stack: Stack,
): { topics: ResolvedTopic[]; problems: Problem[] } {
  const problems: Problem[] = [...stack.overrides.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => ({
      place: stack.file,
      field: `overrides.${name}`,
      given: name,
      allowed: `a topic of the catalogue, ${nearest(name, names)}`,
    }));
  const topics = entries.map((entry) => resolveTopic(entry, stack));
  for (const [index, topic] of topics.entries())
    problems.push(...crossChecks(topic, entries[index]?.file, stack));
  return { topics, problems };
}

/** Rules between two values, which only hold or break once the stack has had its say. */
function crossChecks({ name, replicationFactor, config }: ResolvedTopic, file = "", stack: Stack): Problem[] {
  const refuse = (key: keyof TopicConfig, allowed: string): Problem => {
    const override = stack.overrides.get(name)?.config?.[key] !== undefined;
    const field = `${name}.config["${key}"]`;
    const place = override ? { place: stack.file, field: `overrides.${field}` } : { place: file, field };
    return { ...place, given: Number(config[key]), allowed };
  };
  const problems: Problem[] = [];
  if (Number(config["min.insync.replicas"]) > replicationFactor) {
    const allowed = `at most the replication factor, ${replicationFactor}: no write with acks=all could succeed`;
    problems.push(refuse("min.insync.replicas", allowed));
  }
  const maxLag = config["max.compaction.lag.ms"];
  if (maxLag !== undefined && Number(config["min.compaction.lag.ms"]) > Number(maxLag)) {
    problems.push(refuse("min.compaction.lag.ms", `at most max.compaction.lag.ms, ${maxLag}`));
  }
  return problems;
}

function resolveTopic({ name, topic }: CatalogueEntry, stack: Stack): ResolvedTopic {
  const override = stack.overrides.get(name) ?? {};
  const merged = {
    ...topic,
    ...definedOnly(override),
    config: definedOnly({ ...topic.config, ...override.config }),
  };
  const wanted = merged.replicationFactor ?? stack.defaultReplicationFactor;
  const replicationFactor = Math.min(wanted, stack.maxReplicationFactor);
  const minInSync = Number(merged.config["min.insync.replicas"] ?? 1);
  // The cap stands for a smaller cluster; a topic whose writes need more replicas than it has would be dead.
  const capped = replicationFactor < wanted && minInSync > replicationFactor && minInSync <= wanted;
  return {
    name,
    partitions: merged.partitions,
    replicationFactor,
    config: capped ? { ...merged.config, "min.insync.replicas": String(replicationFactor) } : merged.config,
    smoke: merged.smoke ?? "produce",
    ...(merged.sample !== undefined && { sample: merged.sample }),
    protect: merged.protect ?? stack.protect,
  };
}

/** The fields that are there, as a type that says so. */
function definedOnly<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as typeof given;
}
