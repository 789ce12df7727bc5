import { z } from "zod";
import { describeProblem, problemsOf } from "../kafka/problem.ts";
import type { WantedTopic } from "../kafka/trial.ts";

/** The engine's name of a topic's type. */
export const topicType = "kafka:index/topic:Topic";

/** A state that is not as the engine and this program write it. */
export class StateError extends Error {
  override readonly name = "StateError";
}

const wholeFrom1 = "a whole number from 1";
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
 * A topic as a stack's state has it.
 * @param urn of its resource, which names the stack
 * @param outputs of its resource
 * @throws StateError when they are not those of a topic
 */
export function parseTopicState(urn: string, outputs: unknown): WantedTopic {
  const [, , stack = "", , , ...name] = urn.split(/::|:/);
  const { config, ...topic } = parseState(topicOutputs, outputs, stack, `topic ${name.at(-1)}`);
  return { ...topic, config: config ?? {} };
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
