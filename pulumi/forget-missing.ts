import { parseTopicState } from "../infra/stack-state.ts";
import { explainGrant, missingGrant } from "../kafka/acl-command.ts";
import { type Connection, principalOf } from "../kafka/connection.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { askPulumi } from "./ask-pulumi.ts";
import { PulumiError } from "./cli.ts";
import { clearAway } from "./leftovers.ts";
import { readStackConnection } from "./stack-config.ts";
import { type ExportedState, topicsOf } from "./state.ts";

/** Finds the URN of each topic of a state, by name. */
export function urnsByName(state: ExportedState): Map<string, string> {
  return new Map(topicsOf(state).map(({ urn, outputs }) => [parseTopicState(urn, outputs).name, urn]));
}

/**
 * Finds the topics of a stack's state that are no longer on the cluster.
 * @param urns the URN of each topic of the state, by name
 * @param given the connection to the cluster, by default as the deployment connects
 * @returns the URN of each, by name
 * @throws Error if the cluster does not answer, or if the principal may not DESCRIBE a topic, which may still exist
 */
export async function findMissing(
  stack: string,
  urns: ReadonlyMap<string, string>,
  given?: Connection,
): Promise<Map<string, string>> {
  const connection = given ?? (await readStackConnection(stack));
  const { topics: live, forbidden } = await readLiveCluster(connection, [...urns.keys()]);
  if (forbidden.length > 0) {
    const grant = { operations: ["DESCRIBE"], resource: "topic", names: forbidden } as const;
    throw new Error(
      `${principalOf(connection)} may not DESCRIBE these topics, which may still exist: ${forbidden.join(", ")}. ` +
        `Grant it DESCRIBE. ${explainGrant(missingGrant(grant, connection))}`,
    );
  }
  const there = new Set(live.map(({ name }) => name));
  return new Map([...urns].filter(([name]) => !there.has(name)));
}

/**
 * Removes topics from a stack's state, so that the next update creates those that are declared.
 * @returns whether they were removed; false if what a killed run left behind was in the way and is cleared away
 * @throws PulumiError if the engine does not remove them
 */
export async function forgetTopics(stack: string, urns: Iterable<string>): Promise<boolean> {
  try {
    await askPulumi(stack, ["state", "remove", "--yes", "--force", ...urns]);
    return true;
  } catch (error) {
    if (error instanceof PulumiError && (await clearAway(stack, error.said))) return false;
    throw error;
  }
}
