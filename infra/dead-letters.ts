import type { Catalogue, TopicDeclaration, TopicOnStack } from "./topic.ts";
import type { TopicConfigChange } from "./topic-config.ts";

// Catalogue files load this module, so it imports only types.

/** How `withDeadLetters` makes topics. */
export type DeadLetterOptions<Suffix extends string = string, RetrySuffix extends string = string> = {
  /**
   * The number of retry topics for each topic, named `orders.retry.1` and so on, or a list of what their names end with.
   * Default: 0.
   * @example ["-retry-0", "-retry-1"]
   */
  retries?: number | readonly RetrySuffix[];
  /** What the names of the dead-letter topics end with. Default: ".dlq". */
  suffix?: Suffix;
  /** How long dead letters are kept, in ms. Default: as declared for the topic. */
  retention?: NonNullable<TopicConfigChange["retention.ms"]>;
  /** The fields of dead-letter topics that differ from those of their topics, on every stack. */
  deadLetterTopics?: TopicOnStack;
  /** The fields of retry topics that differ from those of their topics, on every stack. */
  retryTopics?: TopicOnStack;
};

const optionNames = ["retries", "suffix", "retention", "deadLetterTopics", "retryTopics"];
const mostRetries = 100;

/**
 * Declares topics together with a dead-letter topic for each, and retry topics if there are any. These have all fields of
 * their topic except `description`, also on the stacks where the topic differs.
 *
 * Their `cleanup.policy` is always "delete", even if the topic is compacted: two records with the same key are two failures,
 * of which compaction would keep one, and brokers refuse a record without a key for a compacted topic. `retention.ms` has no
 * effect on a topic that is only compacted, so set `retention` for its dead letters; otherwise, the default of the stack or
 * the cluster applies.
 *
 * Their `smoke` is "dry-run": a record of the smoke suite would be retried, or would look like a failure.
 * @param topics by name
 * @returns the topics as they are, each followed by its retry topics and its dead-letter topic
 * @throws Error if an argument is invalid, or if two topics would have the same name
 * @example
 * export const topics = {
 *   ...withDeadLetters({ orders: { partitions: 6 } }, { retries: 2, retention: days(14) }),
 *   "customers.state": { partitions: 6 },
 * } satisfies Catalogue;
 * // orders, orders.retry.1, orders.retry.2, orders.dlq, customers.state
 */
export function withDeadLetters<
  Name extends string,
  Suffix extends string = ".dlq",
  RetrySuffix extends string = `.retry.${number}`,
>(
  topics: Readonly<Record<Name, TopicDeclaration>>,
  options?: DeadLetterOptions<Suffix, RetrySuffix>,
): Record<Name | `${Name}${Suffix | RetrySuffix}`, TopicDeclaration>;
export function withDeadLetters(topics: Catalogue, options: DeadLetterOptions = {}): Catalogue {
  const { retrySuffixes, suffix, deadLetterTopics, retryTopics } = parseOptions(options);
  if (!isPlainObject(topics)) throw refuse("topics", topics, "topics by name, { orders: { partitions: 6 } }");
  const made = Object.entries(topics).flatMap(([name, topic]) => {
    if (!isPlainObject(topic)) throw refuse(name, topic, "a topic, { partitions: 6 }");
    const retry = derive(topic, merge({ ...madeFields, description: `Retry topic of ${name}` }, retryTopics));
    const deadLetters = { ...madeFields, description: `Dead letters of ${name}` };
    return [
      [name, topic] as const,
      ...retrySuffixes.map((retrySuffix) => [name + retrySuffix, retry] as const),
      [name + suffix, derive(topic, merge(deadLetters, deadLetterTopics))] as const,
    ];
  });
  const names = new Set<string>();
  for (const [name] of made) {
    // In the object that a catalogue file exports, one of them would silently replace the other.
    if (names.has(name))
      throw new Error(
        `withDeadLetters: ${name}: given twice, allowed: once: leave it out of the topics, or choose another suffix`,
      );
    names.add(name);
  }
  return Object.fromEntries(made);
}

/** The fields that every made topic has, whatever its topic has. */
const madeFields = { smoke: "dry-run", config: { "cleanup.policy": "delete" } } satisfies TopicOnStack;

function parseOptions(options: DeadLetterOptions) {
  if (!isPlainObject(options)) throw refuse("options", options, "{ retries: 2 }");
  const unknown = Object.entries(options).find(([name]) => !optionNames.includes(name));
  if (unknown) throw refuse(...unknown, `one of ${optionNames.join(", ")}`);
  const { retries = 0, suffix = ".dlq", retention, deadLetterTopics = {}, retryTopics = {} } = options;
  if (typeof suffix !== "string") throw refuse("suffix", suffix, "text");
  for (const [name, fields] of Object.entries({ deadLetterTopics, retryTopics })) {
    if (!isPlainObject(fields)) throw refuse(name, fields, "fields of a topic, { partitions: 1 }");
    if ("stacks" in fields) throw refuse(`${name}.stacks`, fields.stacks, "the stacks of the topic itself");
    for (const key of ["config", "otherConfig"] as const) {
      const configs = fields[key];
      if (configs !== undefined && !isPlainObject(configs))
        throw refuse(`${name}.${key}`, configs, "configs by key");
    }
  }
  return {
    retrySuffixes: parseRetries(retries),
    suffix,
    deadLetterTopics:
      retention === undefined
        ? deadLetterTopics
        : merge({ config: { "retention.ms": retention } }, deadLetterTopics),
    retryTopics,
  };
}

function parseRetries(retries: number | readonly string[]): readonly string[] {
  if (Array.isArray(retries) && retries.every((suffix) => typeof suffix === "string")) return retries;
  if (typeof retries === "number" && Number.isInteger(retries) && retries >= 0 && retries <= mostRetries)
    return Array.from({ length: retries }, (_, index) => `.retry.${index + 1}`);
  throw refuse("retries", retries, `a whole number from 0 to ${mostRetries}, or a list of suffixes`);
}

/** Returns a topic with other fields, on every stack. */
function derive({ stacks, ...fields }: TopicDeclaration, change: TopicOnStack): TopicDeclaration {
  const derived = merge(fields, change);
  if (stacks === undefined) return derived;
  // What is invalid stays as it is, to be reported.
  if (!isPlainObject(stacks)) return { ...derived, stacks };
  const onStacks = Object.entries(stacks).map(([stack, onStack]) => [
    stack,
    onStack && merge(onStack, change),
  ]);
  return { ...derived, stacks: Object.fromEntries(onStacks) };
}

function merge(fields: TopicOnStack, change: TopicOnStack): TopicOnStack {
  // What is invalid stays as it is, to be reported.
  const isMergeable = [fields, fields.config ?? {}, fields.otherConfig ?? {}].every(isPlainObject);
  if (!isMergeable) return fields;
  const otherConfig = { ...fields.otherConfig, ...change.otherConfig };
  return {
    ...fields,
    ...change,
    config: { ...fields.config, ...change.config },
    ...(Object.keys(otherConfig).length > 0 && { otherConfig }),
  };
}

/** Not a list, a Map or another instance, whose entries are no fields. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** @returns an error whose message has the form of a finding */
function refuse(field: string, given: unknown, allowed: string): Error {
  const texts: Partial<Record<string, () => string>> = {
    string: () => JSON.stringify(given),
    object: () => Object.prototype.toString.call(given),
  };
  const described = texts[typeof given]?.() ?? String(given);
  return new Error(`withDeadLetters: ${field}: given ${described}, allowed: ${allowed}`);
}
