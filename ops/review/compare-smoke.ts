import type { Step } from "../../pulumi/preview.ts";
import type { Change } from "./findings.ts";
import { readTopicOutputs } from "./topic-outputs.ts";

/**
 * Finds the topics to which the smoke suite will write JSON, and did not before. Only the outputs of a stack have the modes, so
 * that the engine may call the topic unchanged.
 * @param before the stack's outputs of the last deployment, undefined before the first one
 * @param after the outputs of the program
 */
export function findJsonWrites(before: unknown, after: unknown, steps: readonly Step[]): Change[] {
  const old = readTopicOutputs(before);
  return [...readTopicOutputs(after)].flatMap(([topic, { smoke: expected }]): Change[] => {
    const observed = old.get(topic)?.smoke;
    if (expected !== "produce" || observed === undefined || observed === expected) return [];
    const op = steps.find(({ name }) => name === topic)?.op ?? "same";
    return [{ topic, op, risk: "caution", code: "SMOKE_WRITES_JSON", expected, observed }];
  });
}
