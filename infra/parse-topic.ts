import { z } from "zod";
import { kafkasOwnTopics } from "../kafka/internal-topics.ts";
import { problemsOf, strictKeys } from "../kafka/problem.ts";
import { smokeModes } from "../kafka/topic.ts";
import type { CatalogueFinding } from "./findings.ts";
import { topicLimits } from "./limits.ts";
import { copyPlainData } from "./plain-data.ts";
import { topicConfig, topicConfigChange } from "./topic-config.ts";

const wholeFrom1 = "a whole number of at least 1";
const why = 'a reason as text: { off: "why" }';

const modes = '"produce", "dry-run", "metadata" or { off: "why" }';

/** Accepts only JSON values: serialization would drop or change all others. */
function checkJson(value: unknown): string | undefined {
  const isJson =
    value === null ||
    typeof value === "string" ||
    typeof value === "boolean" ||
    (Number.isFinite(value) && !Object.is(value, -0));
  return isJson ? undefined : "a JSON value";
}

/** A sample: any JSON value within the limits of the engine's messages. */
export const sample = z
  .unknown()
  .transform((value, ctx) => {
    const read = copyPlainData(() => value, checkJson);
    if ("copy" in read) return read.copy;
    const { path, given, allowed } = read.fault;
    ctx.issues.push({ code: "custom", message: allowed ?? "", path: [...path], input: given });
    return z.NEVER;
  })
  .pipe(z.json());

const otherText = z.string("text").regex(/^\P{Cc}*$/u, "text without control characters");

/** Configs that `topicConfig` does not have, by key. */
const otherConfig = z
  .record(z.string(), otherText.nullable(), "texts by config")
  .check(({ value: configs, issues }) => {
    for (const [key, input] of Object.entries(configs)) {
      const isKnown = Object.hasOwn(topicConfig.shape, key);
      if (!isKnown && /^[\w.-]+$/.test(key)) continue;
      const message = isKnown
        ? `another config: set ${key} in config, which checks its value`
        : 'the name of a config: letters, digits, ".", "_" and "-"';
      issues.push({ code: "custom", message, path: [key], input });
    }
  });

const line = (most: number) => {
  const allowed = `text on one line, with 1 to ${most} characters`;
  return z
    .string(allowed)
    .regex(/^\P{Cc}+$/u, allowed)
    .max(most, allowed)
    .refine((text) => text.trim() === text, allowed);
};

const fields = {
  partitions: z
    .int(wholeFrom1)
    .min(1, wholeFrom1)
    .max(2147483647, "a whole number from 1 to 2147483647")
    .optional(),
  replicationFactor: z.int("a whole number from 1 to 32767").min(1, wholeFrom1).max(32767).optional(),
  config: topicConfigChange.optional(),
  otherConfig: otherConfig.optional(),
  owner: line(100).optional(),
  description: line(1_000).optional(),
  sample: sample.optional(),
  smoke: z
    .union([z.literal(smokeModes), z.strictObject({ off: z.string(why).min(1, why) })], modes)
    .optional(),
  protect: z.boolean("true or false").optional(),
  exempt: z
    .partialRecord(
      z.enum(topicLimits),
      line(1_000),
      strictKeys(
        Object.fromEntries(topicLimits.map((limit) => [limit, limit])),
        'limits with the reason, for example { maxPartitions: "from the old cluster" }',
      ),
    )
    .optional(),
};

/** The fields of one topic that a stack overrides: any of a topic's fields, instead of the catalogue's. */
export const topicOverride = z.strictObject(fields, strictKeys(fields));

const stackNames = z.array(z.string("the name of a stack")).min(1, "at least one stack");
const topicOnStack = z.strictObject(fields, strictKeys(fields, "the fields that differ, or false"));
const stackChange = chosenBy<Override | false>((value) =>
  value === false ? z.literal(false) : topicOnStack,
);
const stackChanges = z.record(
  z.string(),
  stackChange,
  'a list of stacks, for example ["prod"], or the changes by stack',
);
const stacks = chosenBy<string[] | Record<string, Override | false>>((value) =>
  Array.isArray(value) ? stackNames : stackChanges,
);

const shape = { ...fields, stacks: stacks.optional() };
const topic = z.strictObject(shape, strictKeys(shape));

/** A schema chosen by the value. Unlike those of a union, its problems name the field inside the value. */
function chosenBy<Output>(choose: (value: unknown) => z.ZodType<Output>) {
  return z.unknown().transform((value, ctx): Output => {
    const parsed = choose(value).safeParse(value, { reportInput: true });
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const { message, path, input } = issue;
      ctx.issues.push(
        issue.code === "unrecognized_keys"
          ? { code: issue.code, keys: issue.keys, message, path, input: issue.input ?? {} }
          : { code: "custom", message, path, input },
      );
    }
    return z.NEVER;
  });
}

/** A valid declaration, with configs in the broker's canonical form. */
export type ParsedDeclaration = z.output<typeof topic>;

/** The fields that a stack overrides in a declaration. */
export type Override = z.output<typeof topicOverride>;

/**
 * Checks one entry of a catalogue against the rules that need only the entry.
 * @param file the catalogue file, as problems name it
 */
export function parseTopic(
  file: string,
  name: string,
  entry: unknown,
): ParsedDeclaration | CatalogueFinding[] {
  const about = { topic: name, place: file, field: "name", given: name };
  const problems = explainName(name).map(
    (allowed): CatalogueFinding => ({ code: "TOPIC_NAME_INVALID", ...about, allowed }),
  );
  const parsed = topic.safeParse(entry, { reportInput: true });
  if (!parsed.success) problems.push(...problemsOf(parsed.error, file, (path) => fieldOf(name, path), name));
  return parsed.success && problems.length === 0 ? parsed.data : problems;
}

/** Returns what is allowed instead of a name; nothing for a valid one. */
function explainName(name: string): string[] {
  const isLegal = /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== "." && name !== "..";
  return [
    ...(isLegal ? [] : ['1 to 249 letters, digits, ".", "_" and "-", but not "." or ".." alone']),
    ...(kafkasOwnTopics.includes(name) ? ["a name that is not one of Kafka's own topics"] : []),
    ...(name in Object.prototype
      ? ["a name that is not a property of every JavaScript object: JavaScript clients cannot read the topic"]
      : []),
  ];
}

/** Names a field of a topic: `orders.partitions`, `orders.config["retention.ms"]`. */
export function fieldOf(name: string, [first, ...rest]: readonly string[]): string {
  if (first === undefined) return name;
  const field = /^[\w$]+$/.test(first) ? `.${first}` : bracket(first);
  return `${name}${field}${rest.map(bracket).join("")}`;
}

function bracket(key: string): string {
  return `[${JSON.stringify(key)}]`;
}
