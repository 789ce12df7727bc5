import { findOwnerByName } from "../kafka/internal-topics.ts";
import { nearest } from "../kafka/problem.ts";
import type { SmokeMode, TopicSpec } from "../kafka/topic.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import { checkLimits } from "./check-limits.ts";
import type { CatalogueFinding } from "./findings.ts";
import { type Origin, placeOf } from "./origin.ts";
import type { Stack } from "./stack.ts";
import { mebibytes, type TopicConfig } from "./topic-config.ts";

/**
 * Applies a stack's overrides, defaults and cap to the catalogue, in that order, then checks the result: contradicting
 * configs, the size of samples, the stack's limits.
 * @param declaredNames all declared topics, including those that could not be parsed and have no entry
 */
export function resolveTopics(
  entries: readonly CatalogueEntry[],
  declaredNames: readonly string[],
  stack: Stack,
): { topics: TopicSpec[]; problems: CatalogueFinding[] } {
  const problems: CatalogueFinding[] = [...stack.overrides.keys()]
    .filter((name) => !declaredNames.includes(name))
    .map((name) => ({
      code: "TOPIC_UNKNOWN" as const,
      place: stack.file,
      field: `overrides.${name}`,
      given: name,
      allowed: `a topic of the catalogue, ${nearest(name, declaredNames)}`,
    }));
  const topics = entries.map((entry) => resolveTopic(entry, stack));
  const origin = { stack, entries: new Map(entries.map((entry) => [entry.name, entry])) };
  problems.push(...topics.flatMap((topic) => crossChecks(topic, origin)), ...checkLimits(topics, origin));
  return { topics, problems };
}

/** Checks rules between two values, which depend on the stack's overrides and defaults. */
function crossChecks(topic: TopicSpec, origin: Origin): CatalogueFinding[] {
  const contradictions = [...findContradictions(topic)].map(([key, allowed]) => ({
    code: "CONFIGS_CONTRADICT" as const,
    topic: topic.name,
    ...placeOf(topic.name, ["config", key], origin),
    given: Number(topic.config[key]),
    allowed,
  }));
  return [...contradictions, ...checkSample(topic, origin)];
}

/** A generous estimate for a record's key, headers and batch. */
const recordOverheadBytes = 512;

/** Refuses a sample that the broker would refuse as too large, so that the smoke suite could not pass. */
function checkSample(topic: TopicSpec, origin: Origin): CatalogueFinding[] {
  const { sample, smoke, config } = topic;
  if (sample === undefined || smoke !== "produce") return [];
  const bytes = Buffer.byteLength(JSON.stringify(sample)) + recordOverheadBytes;
  const most = Number(config["max.message.bytes"] ?? mebibytes(1) + 12);
  if (bytes <= most) return [];
  const given = `${bytes} bytes with the record's key and headers`;
  const source = config["max.message.bytes"] === undefined ? ", Kafka's default" : "";
  const allowed = `at most max.message.bytes, ${most}${source}`;
  return [
    {
      code: "SAMPLE_TOO_LARGE",
      topic: topic.name,
      ...placeOf(topic.name, ["sample"], origin),
      given,
      allowed,
    },
  ];
}

/** Finds configs that contradict another value of their topic, each with what is allowed. */
export function findContradictions({
  replicationFactor,
  config,
}: Pick<TopicSpec, "replicationFactor" | "config">): Map<keyof TopicConfig, string> {
  const contradictions = new Map<keyof TopicConfig, string>();
  if (Number(config["min.insync.replicas"]) > replicationFactor) {
    const allowed = `at most the replication factor, ${replicationFactor}: no write with acks=all could succeed`;
    contradictions.set("min.insync.replicas", allowed);
  }
  const maxLag = config["max.compaction.lag.ms"];
  if (maxLag !== undefined && Number(config["min.compaction.lag.ms"]) > Number(maxLag)) {
    contradictions.set("min.compaction.lag.ms", `at most max.compaction.lag.ms, ${maxLag}`);
  }
  return contradictions;
}

function resolveTopic(entry: CatalogueEntry, stack: Stack): TopicSpec {
  const { name, declared } = entry;
  const override = stack.overrides.get(name) ?? {};
  const merged = {
    ...declared,
    ...definedOnly(override),
    config: definedOnly({ ...declared.config, ...override.config }),
  };
  const wanted = merged.replicationFactor ?? stack.defaultReplicationFactor;
  const replicationFactor = Math.min(wanted, stack.maxReplicationFactor);
  const minInSync = Number(merged.config["min.insync.replicas"] ?? 1);
  // The cap is for smaller clusters. A topic with more min.insync.replicas than replicas would refuse writes with acks=all.
  // If there are more even than the wanted replicas, findContradictions reports it.
  const capped = replicationFactor < wanted && minInSync > replicationFactor && minInSync <= wanted;
  return {
    name,
    partitions: merged.partitions,
    replicationFactor,
    config: capped ? { ...merged.config, "min.insync.replicas": String(replicationFactor) } : merged.config,
    smoke: merged.smoke ?? smokeModeFor(name),
    ...(merged.sample !== undefined && { sample: merged.sample }),
    protect: merged.protect ?? stack.protect,
  };
}

/** Returns only the fields that are not undefined. */
function definedOnly<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as typeof given;
}

/** A JSON record may break software that keeps its state in a topic, such as a schema registry. */
function smokeModeFor(name: string): SmokeMode {
  return findOwnerByName(name) === undefined ? "produce" : "metadata";
}
