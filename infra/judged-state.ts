import { createHash } from "node:crypto";
import { z } from "zod";
import type { TopicSpec } from "../kafka/topic.ts";

/**
 * The environment variable with the hash of the topics in the state for which an update was judged. Another update may
 * have changed the state since, for example while a person was asked for confirmation, and then this one would do
 * something else.
 */
export const judgedStateVariable = "KAFKA_TOPICS_JUDGED_STATE";

/**
 * The environment variable of a preview with the names of topics that it handles as if they were not in the state: a JSON
 * list. `up --recreate` removes them from the state once the update is judged.
 */
export const forgottenVariable = "KAFKA_TOPICS_FORGOTTEN";

/** Returns the names of the topics that a preview handles as if they were not in the state. */
export function readForgotten(): string[] {
  return z.array(z.string()).parse(JSON.parse(process.env[forgottenVariable] || "[]"));
}

/** Hashes the topics in a stack's state. */
export function hashState(topics: ReadonlyMap<string, TopicSpec>): string {
  const entries = [...topics.values()].map(({ name, partitions, replicationFactor, config }) =>
    JSON.stringify([name, partitions, replicationFactor, Object.entries(config).sort()]),
  );
  return createHash("sha256").update(entries.sort().join("\n")).digest("hex");
}

/** Explains why the update must not run, if it was judged for another state. */
export function explainOtherState(state: string): string | undefined {
  const judged = process.env[judgedStateVariable];
  if (!judged || judged === state) return undefined;
  return "Another update has changed the stack since this one was judged. Nothing was changed. Run the command again.";
}
