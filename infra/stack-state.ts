import { z } from "zod";
import { problemsOf } from "../kafka/problem.ts";
import { describeProblem } from "../kafka/refused-error.ts";
import { smokeModes, type TopicSpec } from "../kafka/topic.ts";
import { sample } from "./parse-topic.ts";

/** The engine's type token of a topic. */
export const topicType = "kafka:index/topic:Topic";

/** The error for a state that is not in the format of the engine and this program. */
export class StateError extends Error {
  override readonly name = "StateError";
}

const wholeFrom1 = "a whole number of at least 1";
/** The outputs of a topic's resource, as the provider writes them. */
const topicOutputs = z.object(
  {
    name: z.string("text"),
    partitions: z.int(wholeFrom1).min(1, wholeFrom1),
    replicationFactor: z.int(wholeFrom1).min(1, wholeFrom1),
    config: z.record(z.string(), z.string("text"), "configs by key").nullish(),
  },
  "an object",
);

/**
 * Parses a topic in a stack's state. Its smoke mode and sample are in the stack's outputs, see `parseStackOutputs`.
 * @param urn of its resource, which contains the stack's name
 * @param outputs of its resource
 * @throws StateError if they are not the outputs of a topic
 */
export function parseTopicState(urn: string, outputs: unknown): TopicSpec {
  // urn:pulumi:prod::kafka-topics::kafka:index/topic:Topic::orders
  const [stack = ""] = urn.split(":").slice(2);
  const name = urn.split("::").at(-1);
  const { config, ...topic } = parseState(topicOutputs, outputs, stack, `topic ${name}`);
  return { ...topic, config: config ?? {} };
}

/**
 * The part of the stack's outputs, written by `infra/index.ts`, that the topics' state does not contain. The outputs name
 * all topics of the catalogue, deployed or not.
 */
const stackOutputs = z.object({
  topics: z
    .record(
      z.string(),
      z.object(
        {
          smoke: z.union(
            [z.literal(smokeModes), z.strictObject({ off: z.string() })],
            '"produce", "dry-run", "metadata" or { off: "why" }',
          ),
          producesAnyway: z.boolean("true or false").optional(),
          sample: sample.optional(),
          owner: z.string("text").optional(),
        },
        "an object",
      ),
      "topics by name",
    )
    .default({}),
});

/**
 * Parses the outputs of a stack.
 * @returns the smoke mode, sample and owner of each topic, by name
 * @throws StateError if another program wrote them
 */
export function parseStackOutputs(
  outputs: unknown,
  stack: string,
): Record<string, Pick<TopicSpec, "smoke" | "producesAnyway" | "sample" | "owner">> {
  const parsed = stackOutputs.safeParse(outputs ?? {}, { reportInput: true });
  if (parsed.success) {
    return Object.fromEntries(
      Object.entries(parsed.data.topics).map(([name, { smoke, producesAnyway, sample, owner }]) => [
        name,
        {
          smoke,
          ...(producesAnyway !== undefined && { producesAnyway }),
          ...(sample !== undefined && { sample }),
          ...(owner !== undefined && { owner }),
        },
      ]),
    );
  }
  const reason = describeFirst(
    parsed.error,
    `The outputs of stack ${stack} were not written by this program`,
  );
  throw new StateError(`${reason}. Run npm run up -- --stack ${stack}.`);
}

/**
 * Parses a part of a stack's state.
 * @param what the part, as the error names it
 * @throws StateError with the first invalid field
 */
export function parseState<T extends z.ZodType>(
  schema: T,
  input: unknown,
  stack: string,
  what: string,
): z.output<T> {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new StateError(
    `The state of stack ${stack} cannot be read: ${describeFirst(parsed.error, what)}. ` +
      "docs/operations.md explains how to recover.",
  );
}

/**
 * Describes the first problem of a parse with `reportInput: true`:
 * `topic orders: partitions: given 'six', allowed: a whole number of at least 1`.
 */
export function describeFirst(error: z.ZodError, what: string): string {
  const [problem] = problemsOf(error, what, (path) => path.join(".") || "the whole value");
  return problem ? describeProblem(problem).trim() : what;
}
