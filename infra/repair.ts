import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../kafka/connection.ts";
import { setConfigs } from "../kafka/set-configs.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import { showInvisible } from "../machine/visible-text.ts";

/**
 * Sets declared configs again that were changed by hand. The engine cannot: it compares the catalogue with the state, and both
 * have the declared value.
 * @param repairs the topics, each with the configs to set
 * @throws RunError if a broker refuses one; the next update sets it
 */
export async function repairTopics(connection: Connection, repairs: readonly TopicSpec[]): Promise<void> {
  const refusals = await setConfigs(connection, repairs);
  if (refusals.size === 0) return;
  const reasons = [...refusals].map(([topic, { words }]) => `${topic}: ${words}`);
  const problem = `Configs that were changed by hand could not be reset:\n${reasons.join("\n")}`;
  throw new pulumi.RunError(showInvisible(problem));
}
