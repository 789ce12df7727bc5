import { countOf, describeDuration } from "../kafka/describe-value.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import type { CatalogueFinding } from "./findings.ts";
import type { Limits } from "./limits.ts";
import { compilePattern } from "./name-pattern.ts";
import { givenOf, type Origin, placeOf } from "./origin.ts";

/** Checks the topics of a stack against its limits. */
export function checkLimits(topics: readonly TopicSpec[], origin: Origin): CatalogueFinding[] {
  const { file, limits } = origin.stack;
  const { maxTotalPartitions, namePattern } = limits;
  const matchesPattern = namePattern === undefined ? () => true : compilePattern(namePattern);
  const problems = topics.flatMap((topic) => [
    ...checkName(topic.name, origin, matchesPattern),
    ...checkTopic(topic, origin),
  ]);
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

function checkName(
  name: string,
  { stack: { file, limits }, entries }: Origin,
  matchesPattern: (name: string, domain: string) => boolean,
): CatalogueFinding[] {
  const place = entries.get(name)?.file ?? file;
  if (matchesPattern(name, domainOf(place))) return [];
  const allowed = `a name that matches ${limits.namePattern} (namePattern of ${file})`;
  return [{ code: "NAME_PATTERN_VIOLATED", topic: name, place, field: "name", given: name, allowed }];
}

function checkTopic(topic: TopicSpec, origin: Origin): CatalogueFinding[] {
  const { name, partitions, replicationFactor, config } = topic;
  const { limits, file } = origin.stack;
  const problems: CatalogueFinding[] = [];
  const refuse = (code: CatalogueFinding["code"], path: string[], rules: string, allowed: string) => {
    const place = placeOf(name, path, origin);
    problems.push({
      code,
      topic: name,
      ...place,
      given: givenOf(topic, path),
      allowed: `${allowed} (${rules} of ${file})`,
    });
  };

  if (limits.minReplicationFactor !== undefined && replicationFactor < limits.minReplicationFactor) {
    refuse(
      "REPLICATION_FACTOR_TOO_LOW",
      ["replicationFactor"],
      "minReplicationFactor",
      `at least ${limits.minReplicationFactor}`,
    );
  }
  if (limits.maxPartitions !== undefined && partitions > limits.maxPartitions) {
    refuse("TOO_MANY_PARTITIONS", ["partitions"], "maxPartitions", `at most ${limits.maxPartitions}`);
  }
  for (const key of limits.requiredConfigs ?? []) {
    if (config[key] === undefined) refuse("CONFIG_REQUIRED", ["config", key], "requiredConfigs", "a value");
  }
  for (const key of limits.forbiddenConfigs ?? []) {
    if (config[key] !== undefined)
      refuse("CONFIG_FORBIDDEN", ["config", key], "forbiddenConfigs", "no value");
  }
  const retention = refuseRetention(topic, limits);
  if (retention)
    refuse("RETENTION_OUT_OF_RANGE", ["config", "retention.ms"], retention.rules, retention.allowed);
  return problems;
}

function refuseRetention(
  { config }: TopicSpec,
  { minRetention, maxRetention, requiredConfigs }: Limits,
): { rules: string; allowed: string } | undefined {
  // Retention applies only to topics with the delete policy.
  if (!(config["cleanup.policy"] ?? "delete").includes("delete")) return undefined;
  const text = config["retention.ms"];
  // Reported as CONFIG_REQUIRED.
  if (text === undefined && requiredConfigs?.includes("retention.ms")) return undefined;
  // An unset retention (NaN) is refused: it follows the brokers' default, which may be outside the limits.
  const ms = text === "-1" ? Number.POSITIVE_INFINITY : Number(text);
  const broken: { rule: string; allowed: string }[] = [];
  if (minRetention !== undefined && !(ms >= minRetention))
    broken.push({ rule: "minRetention", allowed: `at least ${describeDuration(minRetention)}` });
  if (maxRetention !== undefined && !(ms <= maxRetention))
    broken.push({ rule: "maxRetention", allowed: `at most ${describeDuration(maxRetention)}` });
  if (broken.length === 0) return undefined;
  return {
    rules: broken.map(({ rule }) => rule).join(" and "),
    allowed: broken.map(({ allowed }) => allowed).join(" and "),
  };
}

/** The name of a catalogue file without directory and extension. */
function domainOf(file: string): string {
  return file.replace(/^.*\/|\.ts$/gs, "");
}
