import { z } from "zod";
import { problemsOf } from "../kafka/problem.ts";
import { describeProblem } from "../kafka/refused-error.ts";
import type { TopicSpec } from "../kafka/topic.ts";

/** The engine's name of a topic's type. */
export const topicType = "kafka:index/topic:Topic";

/** A state that is not as the engine and this program write it. */
export class StateError extends Error {
  override readonly name = "StateError";
}

const wholeFrom1 = "a whole number from 1";
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
 * A topic as a stack's state has it. How it is tested is in the stack's outputs, see `parseStackOutputs`.
 * @param urn of its resource, which names the stack
 * @param outputs of its resource
 * @throws StateError when they are not those of a topic
 */
export function parseTopicState(urn: string, outputs: unknown): TopicSpec {
  // urn:pulumi:prod::kafka-topics::kafka:index/topic:Topic::orders
  const [, , stack = "", , , ...name] = urn.split(/::|:/);
  const { config, ...topic } = parseState(topicOutputs, outputs, stack, `topic ${name.at(-1)}`);
  return { ...topic, config: config ?? {} };
}

/**
 * The stack's outputs, as `infra/index.ts` writes them, as far as they say what the topics' state does not. They name
 * the whole catalogue, deployed or not.
 */
const stackOutputs = z.object({
  topics: z
    .record(
      z.string(),
      z.object(
        {
          smoke: z.union(
            [z.literal(["produce", "metadata"]), z.strictObject({ off: z.string() })],
            '"produce", "metadata" or { off: "why" }',
          ),
          sample: z.json("a JSON value").optional(),
        },
        "an object",
      ),
      "topics by name",
    )
    .default({}),
});

/**
 * Parses the outputs of a stack.
 * @returns by topic, what the smoke suite does with it
 * @throws StateError when another program wrote them
 */
export function parseStackOutputs(
  outputs: unknown,
  stack: string,
): Record<string, Pick<TopicSpec, "smoke" | "sample">> {
  const parsed = stackOutputs.safeParse(outputs ?? {}, { reportInput: true });
  if (parsed.success) {
    return Object.fromEntries(
      Object.entries(parsed.data.topics).map(([name, { smoke, sample }]) => [
        name,
        { smoke, ...(sample !== undefined && { sample }) },
      ]),
    );
  }
  const reason = describeFirst(parsed.error, `The outputs of stack ${stack} are not this program's`);
  throw new StateError(`${reason}. Run npm run up -- --stack ${stack}.`);
}

/**
 * Parses a part of a stack's state.
 * @param what names the part
 * @throws StateError with the first field that is wrong
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
      "docs/operations.md tells the ways back.",
  );
}

/** `topic orders: partitions: given 'six', allowed: a whole number from 1`, of a parse with `reportInput: true`. */
export function describeFirst(error: z.ZodError, what: string): string {
  const [problem] = problemsOf(error, what, (path) => path.join(".") || "the whole");
  return problem ? describeProblem(problem).trim() : what;
}
