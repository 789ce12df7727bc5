import { z } from "zod";
import type { ResolvedTopic } from "../infra/resolved-topic.ts";
import { describeFirst, parseTopicState } from "../infra/topic-state.ts";
import { type Connection, readConnection } from "../kafka/connection.ts";
import { RefusedError } from "../kafka/problem.ts";
import { askPulumi } from "./pulumi.ts";
import { exportState, rootOf, topicsOf } from "./state.ts";

/** A topic of a stack's state, as the stack's last update deployed it. */
export type DeployedTopic = Omit<ResolvedTopic, "protect" | "entry">;

/** A stack without an update of this program. */
export class NotDeployedError extends Error {
  override readonly name = "NotDeployedError";
}

/** What the outputs say of a topic beside what the state has: they name the whole catalogue, deployed or not. */
const outputs = z.object({
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
const configValues = z.record(z.string(), z.object({ value: z.string().optional() }));

/**
 * All keys of a stack's config with their values as text, decrypted.
 * @throws Error with the engine's words when there is no such stack
 */
export async function readStackConfig(stack: string): Promise<Record<string, string>> {
  const config = configValues.parse(
    JSON.parse(await askPulumi(stack, ["config", "--json", "--show-secrets"])),
  );
  const values = Object.entries(config).flatMap(([key, { value }]) =>
    value === undefined ? [] : [[key, value]],
  );
  return Object.fromEntries(values);
}

/**
 * How to reach the cluster of a stack, from its config.
 * @throws RefusedError when the config is wrong, Error with the engine's words when there is no such stack
 */
export async function readStackConnection(stack: string): Promise<Connection> {
  const read = readConnection(await readStackConfig(stack), `Pulumi.${stack}.yaml`);
  if ("problems" in read) throw new RefusedError(read.problems);
  return read.connection;
}

/**
 * The topics that a stack has deployed, by name.
 * @throws NotDeployedError, or Error when another version of this program deployed it
 */
export async function readDeployedTopics(stack: string): Promise<DeployedTopic[]> {
  const state = await exportState(stack);
  const topics = topicsOf(state).map(({ urn, outputs }) => parseTopicState(urn, outputs));
  const root = rootOf(state);
  const hint = `Run npm run up -- --stack ${stack}.`;
  if (topics.length === 0 && !root?.outputs?.topics)
    throw new NotDeployedError(`Stack ${stack} is not deployed: its state has no topics. ${hint}`);
  const parsed = outputs.safeParse(root?.outputs ?? {}, { reportInput: true });
  if (!parsed.success) {
    const reason = describeFirst(parsed.error, `The outputs of stack ${stack} are not this program's`);
    throw new Error(`${reason}. ${hint}`);
  }
  return topics
    .map((topic): DeployedTopic => {
      // Only the outputs say that records may be written to a topic.
      const { smoke, sample } = parsed.data.topics[topic.name] ?? { smoke: "metadata" };
      return { ...topic, smoke, ...(sample !== undefined && { sample }) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
