import { type DeployedTopic, readDeployedTopics, readStackConnection } from "../engine/deployed.ts";
import type { Connection } from "../kafka/connection.ts";
import { type LiveTopic, readLiveTopics } from "../kafka/live-topics.ts";

/** All that the suite starts from. */
export type SmokeInput = {
  readonly stack: string;
  readonly connection: Connection;
  readonly deployed: readonly DeployedTopic[];
  readonly live: readonly LiveTopic[];
};

declare module "vitest" {
  interface ProvidedContext {
    smoke: SmokeInput;
  }
}

/**
 * What a stack deployed, and what its cluster has now. Reads nothing of the catalogue.
 * @throws Error when the stack is not deployed, its config is wrong, or the cluster does not answer
 */
export async function readSmokeInput(stack: string): Promise<SmokeInput> {
  const [connection, deployed] = await Promise.all([readStackConnection(stack), readDeployedTopics(stack)]);
  return { stack, connection, deployed, live: await readLiveTopics(connection) };
}
