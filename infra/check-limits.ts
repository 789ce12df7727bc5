import { countOf, describeDuration } from "../kafka/describe-value.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import type { CatalogueFinding } from "./findings.ts";
import type { Limits, TopicLimit, TopicLimits } from "./limits.ts";
import { matchesPattern } from "./name-pattern.ts";
import { givenOf, type Origin, placeOf } from "./origin.ts";
import type { Stack } from "./stack.ts";

/** A topic that does not keep limits of the stack. */
export type Violation = {
  readonly topic: string;
  readonly limits: readonly TopicLimit[];
  readonly finding: CatalogueFinding;
};

/** Checks the topics of a stack against its limits. */
export function checkLimits(topics: readonly TopicSpec[], origin: Origin): CatalogueFinding[] {
  const { file, limits } = origin.stack;
  const { maxTotalPartitions } = limits;
  const problems = findViolations(topics, origin).map(({ finding }) => finding);
  const total = topics.reduce((sum, { partitions }) => sum + partitions, 0);
  if (maxTotalPartitions !== undefined && total > maxTotalPartitions) {
    const given = `${countOf(total, "partition")} in ${countOf(topics.length, "topic")}`;
    problems.push({
      code: "TOO_MANY_PARTITIONS_IN_TOTAL",
      place: file,
      field: "maxTotalPartitions",
      given,
      allowed: `at most ${maxTotalPartitions}`,
    });
  }
  return problems;
}

/** Finds the topics that do not keep the limits of their stack from which they are not exempt. */
export function findViolations(topics: readonly TopicSpec[], origin: Origin): Violation[] {
  return topics.flatMap((topic) => {
    const limits = new LimitsOfTopic(topic, origin.stack);
    return [...checkName(topic, limits, origin), ...checkTopic(topic, limits, origin)];
  });
}

/** The limits of a stack that apply to a topic. */
class LimitsOfTopic {
  readonly #exempt: Partial<Record<TopicLimit, string>>;
  /** The entries of the stack's `limits` for the topic. */
  readonly #entries: readonly { readonly at: number; readonly limits: TopicLimits }[];
  readonly #stack: Stack;

  constructor({ name, exempt = {} }: TopicSpec, stack: Stack) {
    this.#exempt = exempt;
    this.#stack = stack;
    this.#entries = stack.limitsByTopic.flatMap(({ isFor, limits }, at) =>
      isFor(name) ? [{ at, limits }] : [],
    );
  }

  valueOf<Limit extends TopicLimit>(limit: Limit): Limits[Limit] {
    if (this.#exempt[limit] !== undefined) return undefined;
    const entry = this.#entryWith(limit);
    return entry ? ((entry.limits[limit] ?? undefined) as Limits[Limit]) : this.#stack.limits[limit];
  }

  /** Names a limit in the stack's file: `maxPartitions`, `limits[0].maxPartitions`. */
  nameOf(limit: TopicLimit): string {
    const entry = this.#entryWith(limit);
    return entry ? `limits[${entry.at}].${limit}` : limit;
  }

  #entryWith(limit: TopicLimit) {
    return this.#entries.findLast(({ limits }) => Object.hasOwn(limits, limit));
  }
}

function checkName(
  { name }: TopicSpec,
  limits: LimitsOfTopic,
  { stack: { file, teams }, entries }: Origin,
): Violation[] {
  const pattern = limits.valueOf("namePattern");
  const place = entries.get(name)?.file ?? file;
  const team = teamOf(place);
  const placeholders = { domain: domainOf(place), team: teams.get(team) ?? [team] };
  if (pattern === undefined || matchesPattern(name, pattern, placeholders)) return [];
  const allowed = `a name that matches ${pattern} (${limits.nameOf("namePattern")} of ${file})`;
  const about = { topic: name, place, field: "name", given: name, allowed };
  return [{ topic: name, limits: ["namePattern"], finding: { code: "NAME_PATTERN_VIOLATED", ...about } }];
}

/** The cleanup policy without which a config has no effect. */
const policies: Readonly<Partial<Record<string, "delete" | "compact">>> = {
  "retention.ms": "delete",
  "retention.bytes": "delete",
  "delete.retention.ms": "compact",
  "max.compaction.lag.ms": "compact",
  "min.compaction.lag.ms": "compact",
  "min.cleanable.dirty.ratio": "compact",
};

/** Whether a config has an effect on a topic. */
function hasEffect(key: string, { config }: TopicSpec): boolean {
  const policy = policies[key];
  return policy === undefined || (config["cleanup.policy"] ?? "delete").split(",").includes(policy);
}

function checkTopic(topic: TopicSpec, limits: LimitsOfTopic, origin: Origin): Violation[] {
  const { name, partitions, replicationFactor, config } = topic;
  const violations: Violation[] = [];
  const refuse = (
    broken: readonly TopicLimit[],
    code: CatalogueFinding["code"],
    path: string[],
    allowed: string,
  ) => {
    const about = { topic: name, ...placeOf(name, path, origin), given: givenOf(topic, path) };
    const names = broken.map((limit) => limits.nameOf(limit)).join(" and ");
    const rules = `${allowed} (${names} of ${origin.stack.file})`;
    violations.push({ topic: name, limits: broken, finding: { code, ...about, allowed: rules } });
  };

  const [least, most] = [limits.valueOf("minReplicationFactor"), limits.valueOf("maxPartitions")];
  if (least !== undefined && replicationFactor < least)
    refuse(
      ["minReplicationFactor"],
      "REPLICATION_FACTOR_TOO_LOW",
      ["replicationFactor"],
      `at least ${least}`,
    );
  if (most !== undefined && partitions > most)
    refuse(["maxPartitions"], "TOO_MANY_PARTITIONS", ["partitions"], `at most ${most}`);
  for (const field of limits.valueOf("requiredFields") ?? [])
    if (topic[field] === undefined) refuse(["requiredFields"], "FIELD_REQUIRED", [field], "a text");
  const required = limits.valueOf("requiredConfigs") ?? [];
  for (const key of required)
    if (config[key] === undefined && hasEffect(key, topic))
      refuse(["requiredConfigs"], "CONFIG_REQUIRED", ["config", key], "a value");
  for (const key of limits.valueOf("forbiddenConfigs") ?? [])
    if (config[key] !== undefined)
      refuse(["forbiddenConfigs"], "CONFIG_FORBIDDEN", ["config", key], "no value");
  // An unset retention that is required is reported as CONFIG_REQUIRED.
  const isReported = config["retention.ms"] === undefined && required.includes("retention.ms");
  const retention = isReported
    ? []
    : refuseRetention(topic, limits.valueOf("minRetention"), limits.valueOf("maxRetention"));
  if (retention.length > 0)
    refuse(
      retention.map(({ limit }) => limit),
      "RETENTION_OUT_OF_RANGE",
      ["config", "retention.ms"],
      retention.map(({ allowed }) => allowed).join(" and "),
    );
  return violations;
}

/** Returns what the limits of the retention allow, if a topic does not keep them. */
function refuseRetention(
  topic: TopicSpec,
  least: number | undefined,
  most: number | undefined,
): { readonly limit: "minRetention" | "maxRetention"; readonly allowed: string }[] {
  if (!hasEffect("retention.ms", topic)) return [];
  const text = topic.config["retention.ms"];
  // An unset retention (NaN) is refused: it follows the brokers' default, which may be outside the limits.
  const ms = text === "-1" ? Number.POSITIVE_INFINITY : Number(text);
  const refused: { limit: "minRetention" | "maxRetention"; allowed: string }[] = [];
  if (least !== undefined && !(ms >= least))
    refused.push({ limit: "minRetention", allowed: `at least ${describeDuration(least)}` });
  if (most !== undefined && !(ms <= most))
    refused.push({ limit: "maxRetention", allowed: `at most ${describeDuration(most)}` });
  return refused;
}

/** The directory of a team under `infra/topics/`; for a file outside of one, its domain. */
function teamOf(file: string): string {
  return /^infra\/topics\/([^/]+)\//.exec(file)?.[1] ?? domainOf(file);
}

/** The name of a catalogue file without directory and extension. */
function domainOf(file: string): string {
  return file.replace(/^.*\/|\.ts$/gs, "");
}
