import { parseTopicState } from "../infra/stack-state.ts";
import { principalOf } from "../kafka/connection.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { runPulumi } from "./command.ts";
import { readStackConnection } from "./stack-config.ts";
import { exportState, topicsOf } from "./state.ts";

/**
 * Removes topics that are no longer on the cluster from a stack's state, so that the next update creates them.
 * @returns the exit code of the engine
 * @throws Error if the cluster does not answer, or if the principal may not DESCRIBE a topic, which may still exist
 */
export async function forgetMissing(stack: string): Promise<number> {
  const [state, connection] = await Promise.all([exportState(stack), readStackConnection(stack)]);
  const urns = new Map(topicsOf(state).map(({ urn, outputs }) => [parseTopicState(urn, outputs).name, urn]));
  const { topics: live, forbidden } = await readLiveCluster(connection, [...urns.keys()]);
  if (forbidden.length > 0) {
    const who = principalOf(connection);
    throw new Error(
      `${who} may not DESCRIBE these topics, which may still exist: ${forbidden.join(", ")}. Grant it DESCRIBE.`,
    );
  }
  const there = new Set(live.map(({ name }) => name));
  const missing = [...urns].filter(([name]) => !there.has(name));
  if (missing.length === 0) {
    process.stdout.write("--recreate: every topic of the stack is on the cluster.\n");
    return 0;
  }
  process.stdout.write(
    `--recreate: no longer on the cluster: ${missing.map(([name]) => name).join(", ")}.\n`,
  );
  return runPulumi(stack, ["state", "remove", "--yes", "--force", ...missing.map(([, urn]) => urn)]);
}
