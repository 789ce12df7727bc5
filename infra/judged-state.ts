import { createHash } from "node:crypto";
import { z } from "zod";
import type { TopicSpec } from "../kafka/topic.ts";
import { listFew } from "../kafka/topic-groups.ts";
import type { ChangedFactor, Repair } from "./findings.ts";

/**
 * The environment variable with the hash of the state and the config for which an update was judged. Since then, for
 * example while a person was asked for confirmation, another update may have changed the state, or someone the stack's
 * file, and then this update would do something else.
 */
export const judgedStateVariable = "KAFKA_TOPICS_JUDGED_STATE";

/**
 * The environment variable of a preview with the names of topics that it handles as if they were not in the state: a JSON
 * list. They are no longer on the cluster; `up` removes them from the state once the update is judged.
 */
export const forgottenVariable = "KAFKA_TOPICS_FORGOTTEN";

/** Returns the names of the topics that a preview handles as if they were not in the state. */
export function readForgotten(): string[] {
  return z.array(z.string()).parse(JSON.parse(process.env[forgottenVariable] || "[]"));
}

/**
 * The environment variable with the hash of the repairs with which an update was judged. Without it, an update repairs
 * nothing.
 */
export const judgedRepairsVariable = "KAFKA_TOPICS_JUDGED_REPAIRS";

/**
 * The environment variable of a preview or an update that is expected to change nothing. The engine compares the catalogue with
 * the state, and knows of no repair.
 */
export const expectNoChangesVariable = "KAFKA_TOPICS_EXPECT_NO_CHANGES";

/** Explains that the update would repair something, if it is expected to change nothing. */
export function explainUnexpected(
  repairs: readonly Repair[],
  factors: readonly ChangedFactor[],
): string | undefined {
  if (!process.env[expectNoChangesVariable] || repairs.length + factors.length === 0) return undefined;
  const reset = listFew([
    ...repairs.map(({ topic, key }) => `${topic}: ${key}`),
    ...factors.map(({ topic }) => `${topic}: replication factor`),
  ]);
  return `--expect-no-changes: npm run up would reset what was changed by hand: ${reset}. Nothing was changed.`;
}

/** Hashes the configs that an update resets, in the preflight's order. */
export function hashRepairs(repairs: readonly Repair[]): string {
  const lines = repairs.map(({ topic, key, expected, observed }) =>
    JSON.stringify([topic, key, expected, observed]),
  );
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

/** Hashes the topics in a stack's state, and the stack's config. */
export function hashState(
  topics: ReadonlyMap<string, TopicSpec>,
  config: Readonly<Record<string, string>>,
): string {
  const entries = [...topics.values()].map(({ name, partitions, replicationFactor, config }) =>
    JSON.stringify([name, partitions, replicationFactor, Object.entries(config).sort()]),
  );
  const lines = [...entries.sort(), JSON.stringify(Object.entries(config).sort())];
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

/** Explains why the update must not run, if it was judged for another state or config. */
export function explainOtherState(state: string): string | undefined {
  const judged = process.env[judgedStateVariable];
  if (!judged || judged === state) return undefined;
  return (
    "Another update has changed the stack since this one was judged, or the stack's file has changed. The update has not started. " +
    "Run the command again."
  );
}
