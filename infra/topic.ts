import { z } from "zod";
import { kafkasOwnTopics } from "../kafka/internal-topics.ts";
import { problemsOf, strictKeys } from "../kafka/problem.ts";
import type { JsonValue, SmokeMode } from "../kafka/topic.ts";
import type { CatalogueFinding } from "./findings.ts";
import { copyPlainData } from "./plain-data.ts";
import { type TopicConfig, topicConfig } from "./topic-config.ts";

/** A topic as a team declares it; what it leaves out, the stack decides. */
export type TopicDeclaration = {
  /** How many partitions the topic is spread over. More can be added later; fewer delete the topic and create it again. */
  partitions: number;
  /** How many brokers hold each record. The stack's `defaultReplicationFactor` unless set. */
  replicationFactor?: number;
  /** Kafka's topic-level configs; what is not set here follows the cluster. */
  config?: TopicConfig;
  /** The JSON value that the smoke suite sends. */
  sample?: JsonValue;
  /** "produce" unless set; "metadata" for a topic that has the name of other software's, such as `_schemas`. */
  smoke?: SmokeMode;
  /** Refuse to delete or replace the topic. The stack's `protect` unless set. */
  protect?: boolean;
};

/** The topics of one file under `infra/topics/`, by name. */
export type Catalogue = Record<string, TopicDeclaration>;

const wholeFrom1 = "a whole number from 1";
const why = 'a reason in words: { off: "why" }';

const modes = '"produce", "metadata" or { off: "why" }';

/** What JSON has: other values would be left out of it, or come back as others. */
function checkJson(value: unknown): string | undefined {
  const isJson =
    value === null ||
    typeof value === "string" ||
    typeof value === "boolean" ||
    (Number.isFinite(value) && !Object.is(value, -0));
  return isJson ? undefined : "a JSON value";
}

const shape = {
  partitions: z.int(wholeFrom1).min(1, wholeFrom1).max(2147483647, "a whole number from 1 to 2147483647"),
  replicationFactor: z.int("a whole number from 1 to 32767").min(1, wholeFrom1).max(32767).optional(),
  config: topicConfig.optional(),
  sample: z
    .unknown()
    .transform((value, ctx) => {
      const read = copyPlainData(() => value, checkJson);
      if ("copy" in read) return read.copy;
      const { path, given, allowed } = read.fault;
      ctx.issues.push({ code: "custom", message: allowed ?? "", path: [...path], input: given });
      return z.NEVER;
    })
    .pipe(z.json())
    .optional(),
  smoke: z
    .union([z.literal(["produce", "metadata"]), z.strictObject({ off: z.string(why).min(1, why) })], modes)
    .optional(),
  protect: z.boolean("true or false").optional(),
};
const topic = z.strictObject(shape, strictKeys(shape));

/** What a stack may say about one topic: any of a topic's fields, in place of the catalogue's. */
export const topicOverride = topic.partial();

/** A declaration after its own rules, configs in the broker's form. */
export type ParsedDeclaration = z.output<typeof topic>;

/** The fields that a stack overrides in a declaration. */
export type Override = z.output<typeof topicOverride>;

/**
 * One entry of a catalogue against the rules that need nothing but the entry.
 * @param file the catalogue file, as the problems tell it
 */
export function parseTopic(
  file: string,
  name: string,
  entry: unknown,
): ParsedDeclaration | CatalogueFinding[] {
  const problems: CatalogueFinding[] = [];
  if (!/^[a-zA-Z0-9._-]{1,249}$/.test(name) || name === "." || name === "..") {
    const allowed = 'at most 249 of letters, digits, ".", "_" and "-", and not "." or ".." alone';
    problems.push({
      code: "TOPIC_NAME_INVALID",
      topic: name,
      place: file,
      field: "name",
      given: name,
      allowed,
    });
  }
  if (kafkasOwnTopics.includes(name)) {
    const allowed = "a name that is not one of Kafka's own topics";
    problems.push({
      code: "TOPIC_NAME_INVALID",
      topic: name,
      place: file,
      field: "name",
      given: name,
      allowed,
    });
  }
  if (name in Object.prototype) {
    const allowed =
      "a name that not every JavaScript object has: clients in JavaScript cannot read the topic";
    problems.push({
      code: "TOPIC_NAME_INVALID",
      topic: name,
      place: file,
      field: "name",
      given: name,
      allowed,
    });
  }
  const parsed = topic.safeParse(entry, { reportInput: true });
  if (!parsed.success) problems.push(...problemsOf(parsed.error, file, (path) => fieldOf(name, path), name));
  return parsed.success && problems.length === 0 ? parsed.data : problems;
}

/** `orders.partitions`, `orders.config["retention.ms"]`. */
export function fieldOf(name: string, [first, ...rest]: readonly string[]): string {
  if (first === undefined) return name;
  const field = /^[\w$]+$/.test(first) ? `.${first}` : bracket(first);
  return `${name}${field}${rest.map(bracket).join("")}`;
}

function bracket(key: string): string {
  return `[${JSON.stringify(key)}]`;
}
