import { z } from "zod";
import { keysOf, type Problem, problemsOf } from "../kafka/problem.ts";
import { type TopicOverride, topicOverride } from "./topic.ts";

/** What a stack says about all topics, from `Pulumi.<stack>.yaml`. */
export type Stack = {
  /** What the problems name as the place. */
  readonly file: string;
  /** For a topic that does not say how many replicas it wants. */
  readonly defaultReplicationFactor: number;
  /** No topic gets more, whatever it asks for; for clusters of fewer brokers than production has. */
  readonly maxReplicationFactor: number;
  readonly protect: boolean;
  readonly overrides: ReadonlyMap<string, TopicOverride>;
};

// The engine hands over every value as text, numbers and objects as JSON.
const json = <T extends z.ZodType>(schema: T, allowed: string) =>
  z
    .string(allowed)
    .transform((text, ctx) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        ctx.issues.push({ code: "custom", message: allowed, input: text });
        return z.NEVER;
      }
    })
    .pipe(schema);

const replicas = "a whole number from 1 to 32767";
const replicationFactor = z.int(replicas).min(1, replicas).max(32767, replicas);
const overrides = z.record(z.string(), topicOverride, "topics by name, each with the fields to override");

const shape = {
  defaultReplicationFactor: json(replicationFactor, replicas).default(3),
  maxReplicationFactor: json(replicationFactor, replicas).default(32767),
  protect: json(z.boolean("true or false"), "true or false").default(true),
  overrides: json(overrides, "topics by name, each with the fields to override").default({}),
};
const schema = z.strictObject(shape, keysOf(shape));

/**
 * Reads this project's namespace of a stack's config.
 * @param config all keys of the stack's config with their values as text
 * @param file what the problems name as the place, `Pulumi.dev.yaml` say
 */
export function readStack(
  project: string,
  config: Readonly<Record<string, string>>,
  file: string,
): { stack: Stack } | { problems: Problem[] } {
  const prefix = `${project}:`;
  const own = Object.entries(config).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
  );
  const parsed = schema.safeParse(Object.fromEntries(own), { reportInput: true });
  if (parsed.success) {
    return { stack: { ...parsed.data, file, overrides: new Map(Object.entries(parsed.data.overrides)) } };
  }
  const problems = problemsOf(parsed.error, file, (path) => path.join("."));
  // An unknown key may be a password that lacks its prefix.
  return {
    problems: problems.map((problem) => (isKnown(problem) ? problem : { ...problem, given: "(not shown)" })),
  };
}

function isKnown({ field }: Problem): boolean {
  return Object.keys(shape).some((key) => field === key || field.startsWith(`${key}.`));
}
