import { z } from "zod";
import { describeDuration } from "../kafka/describe-value.ts";
import { problemsOf, strictKeys } from "../kafka/problem.ts";
import { type SmokeMode, smokeModes } from "../kafka/topic.ts";
import { selectTopics } from "../kafka/topic-selection.ts";
import type { CatalogueFinding } from "./findings.ts";
import { configName, type Limits, limitsByTopic, limitsShape, type TopicLimits } from "./limits.ts";
import { type Override, topicOverride } from "./parse-topic.ts";
import { byteRate, glob, json, partitionCount, replicas } from "./stack-values.ts";
import { type ParsedConfig, topicConfig } from "./topic-config.ts";

/** A stack's settings for all topics, from `Pulumi.<stack>.yaml`. */
export type Stack = {
  readonly name: string;
  /** The stack's file, which problems name as their place. */
  readonly file: string;
  /** For topics that do not set their own replication factor. */
  readonly defaultReplicationFactor: number;
  /** For topics that do not set their own partition count; if absent, each must. */
  readonly defaultPartitions?: number | undefined;
  /** Configs of topics that do not set their own, by what they are for. Later ones take precedence. */
  readonly defaults: readonly {
    readonly isFor: (topic: string) => boolean;
    readonly config: ParsedConfig;
  }[];
  /** Caps every topic's replication factor, for clusters with fewer brokers than production. */
  readonly maxReplicationFactor: number;
  /** What the smoke suite does with topics that do not say so themselves. Later ones take precedence. */
  readonly smoke: readonly { readonly isFor: (topic: string) => boolean; readonly mode: SmokeMode }[];
  readonly protect: boolean;
  readonly overrides: ReadonlyMap<string, Override>;
  /** Whether every preview and update asks the cluster first. */
  readonly preflight: "on" | "off";
  /** The namespace of the keys with which previews and other commands that only read connect. */
  readonly reviewAs?: string | undefined;
  /** Whether an update resets declared configs that were changed by hand, or every preview only reports them. */
  readonly repair: "on" | "report";
  /** How fast brokers may copy replicas for a changed replication factor, in bytes per second; if absent, at full speed. */
  readonly replicationThrottle?: number | undefined;
  /** Whether an update may adopt declared topics that already exist on the cluster. */
  readonly adoptExisting: boolean;
  /** Differences that are no drift: all of matching topics, or those of some configs. */
  readonly ignore: readonly {
    readonly isFor: (topic: string) => boolean;
    readonly configs?: readonly string[] | undefined;
  }[];
  /** Whether undeclared topics on the cluster are drift, or only reported. */
  readonly undeclared: "fail" | "report";
  /** The stacks that the workflow deploys and tests before this one. */
  readonly promoteAfter: readonly string[];
  /** The beginnings that names of a team's topics may have, by its directory, if they differ from it. */
  readonly teams: ReadonlyMap<string, readonly string[]>;
  readonly limits: Limits;
  /** Limits of some topics, by their names in the stack's file. Later ones take precedence, and all over `limits`. */
  readonly limitsByTopic: readonly {
    readonly isFor: (topic: string) => boolean;
    readonly limits: TopicLimits;
  }[];
};

const overrides = z.record(z.string(), topicOverride, "topics by name, each with the fields to override");

const defaultConfigs = {
  topics: glob,
  config: topicConfig,
};
const defaults = z.array(
  z.strictObject(defaultConfigs, strictKeys(defaultConfigs, '{ topics: "payments.*", config: { … } }')),
  'a list, for example [{ topics: "payments.*", config: { "retention.ms": 604800000 } }]',
);

const smokeMode = {
  topics: glob,
  mode: z.enum([...smokeModes, "off"], '"produce", "dry-run", "metadata" or "off"'),
  because: z.string("the reason as text").min(1, "the reason as text"),
};
const smokeByTopic = z.array(
  z.strictObject(smokeMode, strictKeys(smokeMode, '{ topics: "connect-*", mode: "dry-run", because: "…" }')),
  'a list, for example [{ topics: "connect-*", mode: "dry-run", because: "Kafka Connect reads it" }]',
);

const ignored = {
  topics: glob,
  configs: z.array(configName, "a list of configs").min(1, "a list of configs").optional(),
};
const ignore = z.array(
  z.strictObject(ignored, strictKeys(ignored, '{ topics: "tmp-*" }')),
  'a list, for example [{ topics: "tmp-*" }, { topics: "*", configs: ["retention.ms"] }]',
);

const prefixes = 'a list of beginnings, for example ["payments", "pay"]';
const team = { prefixes: z.array(z.string(prefixes).min(1, prefixes), prefixes).min(1, prefixes) };
/** Names of the directories of teams. */
export const teamPattern = /^\w[\w.-]*$/;
const teamName = 'a directory under infra/topics/: letters, digits, ".", "_" and "-"';
const teams = z.record(
  z.string().regex(teamPattern, teamName),
  z.strictObject(team, strictKeys(team, '{ prefixes: ["payments", "pay"] }')),
  'teams with their prefixes, for example { payments: { prefixes: ["payments", "pay"] } }',
);

const earlier = 'a list of stacks, for example ["staging"]';
const promoteAfter = z.array(z.string(earlier).min(1, earlier), earlier);

const shape = {
  ...limitsShape,
  limits: json(limitsByTopic, "a list of limits").default([]),
  preflight: z.enum(["on", "off"], '"on" or "off"').default("on"),
  reviewAs: z.string().optional(),
  ignore: json(ignore, "a list of differences to ignore").default([]),
  undeclared: z.enum(["fail", "report"], '"fail" or "report"').default("fail"),
  repair: z.enum(["on", "report"], '"on" or "report"').default("on"),
  replicationThrottle: byteRate.optional(),
  adoptExisting: json(z.boolean("true or false"), "true or false").default(true),
  defaultReplicationFactor: replicas.text.default(3),
  defaultPartitions: partitionCount.text.optional(),
  defaults: json(defaults, "a list of default configs").default([]),
  smoke: json(smokeByTopic, "a list of smoke modes").default([]),
  maxReplicationFactor: replicas.text.default(32767),
  protect: json(z.boolean("true or false"), "true or false").default(true),
  promoteAfter: json(promoteAfter, earlier).default([]),
  teams: json(teams, "teams with their prefixes").default({}),
  overrides: json(overrides, "topics by name, each with the fields to override").default({}),
};
/** A key of this project's namespace, without the prefix. */
export type StackKey = keyof typeof shape;

const schema = z.strictObject(shape, strictKeys(shape)).check(({ value, issues }) => {
  const refuse = (path: (string | number)[], input: unknown, most: string) =>
    issues.push({ code: "custom", message: `at most ${most}`, path, input });
  const { minReplicationFactor: least = 1, maxReplicationFactor: most } = value;
  if (least > most) refuse(["minReplicationFactor"], least, `maxReplicationFactor, ${most}`);
  const byTopic = value.limits.map((limits, at) => ({ limits, path: ["limits", at] }));
  for (const { limits, path } of [{ limits: value, path: [] }, ...byTopic]) {
    const { minRetention, maxRetention } = limits;
    if (minRetention == null || maxRetention == null || minRetention <= maxRetention) continue;
    const longest = `maxRetention, ${describeDuration(maxRetention)}`;
    refuse([...path, "minRetention"], describeDuration(minRetention), longest);
  }
});

/** Whether a stack ignores the differences of a topic, or those of one of its configs. */
export function ignores({ ignore }: Pick<Stack, "ignore">, topic: string, key?: string): boolean {
  return ignore.some(
    ({ isFor, configs }) =>
      isFor(topic) && (configs === undefined || (key !== undefined && configs.includes(key))),
  );
}

/** Returns the name of a stack's config file. */
export function stackFile(name: string): string {
  return `Pulumi.${name}.yaml`;
}

/**
 * Reads this project's namespace of a stack's config.
 * @param config all keys of the stack's config with their values as text
 * @returns the problems, and the stack with defaults for the invalid values
 */
export function readStack(
  project: string,
  name: string,
  config: Readonly<Record<string, string>>,
): { stack?: Stack; problems: CatalogueFinding[] } {
  const prefix = `${project}:`;
  const own = Object.entries(config).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
  );
  const parsed = schema.safeParse(Object.fromEntries(own), { reportInput: true });
  if (parsed.success) return { stack: toStack(name, parsed.data), problems: [] };

  const problemsIn = (error: z.ZodError) => problemsOf(error, stackFile(name), (path) => path.join("."));
  const problems = problemsIn(parsed.error);
  const isRight = ([key]: readonly [string, string]) =>
    !problems.some(({ field }) => field === key || field.startsWith(`${key}.`));
  const unknownKeys = own.map(([key]) => key).filter((key) => !Object.hasOwn(shape, key));
  // The topics are still checked against the valid values, so that all problems are reported together.
  const rest = schema.safeParse(Object.fromEntries(own.filter(isRight)), { reportInput: true });
  // Zod checks the rules between two values only if each is valid.
  if (!rest.success) problems.push(...problemsIn(rest.error));
  return {
    ...(rest.success && { stack: toStack(name, rest.data) }),
    // An unknown key may be a password without its prefix.
    problems: problems.map((problem) =>
      unknownKeys.includes(problem.field) ? { ...problem, given: "(not shown)" } : problem,
    ),
  };
}

function toStack(name: string, data: z.output<typeof schema>): Stack {
  const { overrides, defaults, smoke, ignore, teams, limits: limitsByTopic, ...others } = data;
  const { defaultReplicationFactor, defaultPartitions, maxReplicationFactor, protect, ...rest } = others;
  const { preflight, repair, replicationThrottle, adoptExisting, reviewAs, ...remaining } = rest;
  const { undeclared, promoteAfter, ...limits } = remaining;
  const matching = (topics: string) => ({ isFor: selectTopics({ topic: [topics] }) });
  return {
    name,
    file: stackFile(name),
    defaultReplicationFactor,
    defaultPartitions,
    defaults: defaults.map(({ topics, config }) => ({ ...matching(topics), config })),
    maxReplicationFactor,
    smoke: smoke.map(({ topics, mode, because }) => ({
      ...matching(topics),
      mode: mode === "off" ? { off: because } : mode,
    })),
    protect,
    overrides: new Map(Object.entries(overrides)),
    preflight,
    repair,
    replicationThrottle,
    adoptExisting,
    reviewAs,
    ignore: ignore.map(({ topics, configs }) => ({ ...matching(topics), configs })),
    undeclared,
    promoteAfter,
    teams: new Map(Object.entries(teams).map(([name, { prefixes }]) => [name, prefixes])),
    limits,
    limitsByTopic: limitsByTopic.map(({ topics, ...limits }) => ({ ...matching(topics), limits })),
  };
}
