import { findOwnerByName } from "../kafka/internal-topics.ts";
import { nearest } from "../kafka/problem.ts";
import type { SmokeMode, TopicSpec } from "../kafka/topic.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import { cataloguePlace } from "./catalogue-files.ts";
import { checkLimits } from "./check-limits.ts";
import type { CatalogueFinding } from "./findings.ts";
import { configsOf, isOnStack, layersOf } from "./layers.ts";
import { type Origin, placeOf } from "./origin.ts";
import { fieldOf, type Override } from "./parse-topic.ts";
import type { Stack } from "./stack.ts";
import { secureStack } from "./stack-files.ts";
import { mebibytes, type TopicConfig } from "./topic-config.ts";

/** What a stack gets of the catalogue. */
export type Resolved = {
  readonly topics: readonly TopicSpec[];
  /** The declared topics that the stack does not have. */
  readonly absent: ReadonlySet<string>;
  readonly problems: readonly CatalogueFinding[];
};

/**
 * Applies a stack's overrides, defaults and cap to the catalogue, in that order, then checks the result: contradicting
 * configs, the size of samples, the stack's limits.
 * @param declaredNames all declared topics, including those that could not be parsed and have no entry
 * @param stackNames the stacks that have a file
 */
export function resolveTopics(
  entries: readonly CatalogueEntry[],
  declaredNames: readonly string[],
  stack: Stack,
  stackNames: readonly string[],
): Resolved {
  const { here = [], elsewhere = [] } = Object.groupBy(entries, (entry) =>
    isOnStack(entry, stack) ? "here" : "elsewhere",
  );
  const absent = new Set(elsewhere.map(({ name }) => name));
  const origin = { stack, entries: new Map(entries.map((entry) => [entry.name, entry])) };
  const resolved = here.map((entry) => resolveTopic(entry, stack));
  const topics = resolved.flatMap(({ topic }) => topic ?? []);
  const problems = [
    ...entries.flatMap((entry) => checkStackNames(entry, [...stackNames, stack.name])),
    ...(absent.size > 0 && absent.size === declaredNames.length ? [explainNone(stack)] : []),
    ...checkOverrides(declaredNames, absent, stack),
    ...resolved.flatMap(({ problem }) => problem ?? []),
    ...topics.flatMap((topic) => crossChecks(topic, origin)),
    ...checkLimits(topics, origin),
  ];
  return { topics, absent, problems };
}

/** The update of a stack without topics would delete every topic. */
function explainNone({ name }: Stack): CatalogueFinding {
  const allowed = `at least one topic that stack ${name} has; to delete all topics of a stack, run npm run pulumi -- destroy`;
  return { code: "CATALOGUE_EMPTY", place: cataloguePlace, field: "topics", given: undefined, allowed };
}

/** Finds stacks without a file: usually, their names are misspelt. */
function checkStackNames(
  { name, file, declared: { stacks = [] } }: CatalogueEntry,
  known: readonly string[],
): CatalogueFinding[] {
  const given = Array.isArray(stacks) ? stacks : Object.keys(stacks);
  return given
    .filter((stack) => !known.includes(stack) && stack !== secureStack)
    .map((stack) => ({
      code: "STACK_UNKNOWN",
      topic: name,
      place: file,
      field: fieldOf(name, ["stacks"]),
      given: stack,
      allowed: `a stack that has a file, ${nearest(stack, [...new Set(known)])}`,
    }));
}

function checkOverrides(
  declaredNames: readonly string[],
  absent: ReadonlySet<string>,
  { name: stack, file, overrides }: Stack,
): CatalogueFinding[] {
  const onStack = declaredNames.filter((name) => !absent.has(name));
  return [...overrides.keys()]
    .filter((name) => !onStack.includes(name))
    .map((name) => ({
      code: "TOPIC_UNKNOWN",
      place: file,
      field: `overrides.${name}`,
      given: name,
      allowed: absent.has(name)
        ? `a topic that stack ${stack} has: the topic's field stacks leaves it out`
        : `a topic of the catalogue, ${nearest(name, onStack)}`,
    }));
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

function resolveTopic(
  entry: CatalogueEntry,
  stack: Stack,
): { readonly topic?: TopicSpec; readonly problem?: CatalogueFinding } {
  const { name, file } = entry;
  const layers = layersOf(entry, stack).map(({ values }) => values);
  const strongest = <Field extends keyof Override>(field: Field): Override[Field] =>
    layers.find((values) => values[field] !== undefined)?.[field];
  const partitions = strongest("partitions") ?? stack.defaultPartitions;
  if (partitions === undefined) {
    const allowed = `a whole number of at least 1, or defaultPartitions in ${stack.file}`;
    const field = fieldOf(name, ["partitions"]);
    return { problem: { code: "INVALID_VALUE", topic: name, place: file, field, given: undefined, allowed } };
  }
  const config = mergeConfigs(layers);
  const wanted = strongest("replicationFactor") ?? stack.defaultReplicationFactor;
  const replicationFactor = Math.min(wanted, stack.maxReplicationFactor);
  const minInSync = Number(config["min.insync.replicas"] ?? 1);
  // The cap is for smaller clusters. A topic with more min.insync.replicas than replicas would refuse writes with acks=all.
  // If there are more even than the wanted replicas, findContradictions reports it.
  const capped = replicationFactor < wanted && minInSync > replicationFactor && minInSync <= wanted;
  const [owner, description] = [strongest("owner"), strongest("description")];
  const sample = strongest("sample");
  const exempt = strongest("exempt");
  const smoke = strongest("smoke");
  const topic = {
    name,
    partitions,
    replicationFactor,
    config: capped ? { ...config, "min.insync.replicas": String(replicationFactor) } : config,
    smoke: smoke ?? smokeModeFor(name),
    ...(smoke === "produce" && { producesAnyway: true }),
    ...(owner !== undefined && { owner }),
    ...(description !== undefined && { description }),
    ...(sample !== undefined && { sample }),
    protect: strongest("protect") ?? stack.protect,
    ...(exempt && { exempt }),
  };
  return { topic };
}

/** @param layers the strongest first */
function mergeConfigs(layers: readonly Override[]): Record<string, string> {
  const config = new Map<string, string | null>();
  for (const values of layers.toReversed())
    for (const [key, value] of configsOf(values)) config.set(key, value);
  return Object.fromEntries([...config].flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}

/** A JSON record may break software that keeps its state in a topic, such as a schema registry. A dry run leaves no trace. */
function smokeModeFor(name: string): SmokeMode {
  return findOwnerByName(name) === undefined ? "produce" : "dry-run";
}
