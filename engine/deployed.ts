import { z } from "zod";
import type { ResolvedTopic } from "../infra/resolved-topic.ts";
import { type Connection, readConnection } from "../kafka/connection.ts";
import { RefusedError } from "../kafka/problem.ts";
import { askPulumi } from "./pulumi.ts";

/** A topic as the stack's last update deployed it. */
export type DeployedTopic = Omit<ResolvedTopic, "protect" | "entry">;

/** A stack without an update of this program. */
export class NotDeployedError extends Error {
  override readonly name = "NotDeployedError";
}

const outputs = z.object({
  topics: z.record(
    z.string(),
    z.strictObject({
      partitions: z.int(),
      replicationFactor: z.int(),
      config: z.record(z.string(), z.string()),
      smoke: z.union([z.literal(["produce", "metadata"]), z.strictObject({ off: z.string() })]),
      sample: z.json().optional(),
    }),
  ),
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
 * The topics that a stack's last update deployed, from its outputs.
 * @throws NotDeployedError, or Error when another version of this program deployed it
 */
export async function readDeployedTopics(stack: string): Promise<DeployedTopic[]> {
  const text = await askPulumi(stack, ["stack", "output", "--json"]);
  const parsed = outputs.safeParse(JSON.parse(text));
  if (parsed.success)
    return Object.entries(parsed.data.topics).map(([name, topic]) => ({ name, ...topic }) as DeployedTopic);
  const hint = `Run npm run up -- --stack ${stack}.`;
  if (!text.includes('"topics"')) {
    throw new NotDeployedError(`Stack ${stack} is not deployed: it has no topics in its outputs. ${hint}`);
  }
  throw new Error(
    `The outputs of stack ${stack} are not this program's. ${hint}\n${z.prettifyError(parsed.error)}`,
  );
}
