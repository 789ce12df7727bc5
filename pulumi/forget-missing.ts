import { parseTopicState } from "../infra/stack-state.ts";
import { principalOf } from "../kafka/connection.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { runPulumi } from "./command.ts";
import { readStackConnection } from "./stack-config.ts";
import { exportState, topicsOf } from "./state.ts";

/**
 * Takes the topics out of a stack's state that are not on the cluster any more, so that the next update creates them.
 * @returns the exit code of the engine
 * @throws Error when the cluster does not answer, or does not show a topic that may be there all the same
 */
export async function forgetMissing(stack: string): Promise<number> {
  const [state, connection] = await Promise.all([exportState(stack), readStackConnection(stack)]);
  const urns = new Map(topicsOf(state).map(({ urn, outputs }) => [parseTopicState(urn, outputs).name, urn]));
  const { topics: live, forbidden } = await readLiveCluster(connection, [...urns.keys()]);
  if (forbidden.length > 0) {
    const who = principalOf(connection);
    throw new Error(
      `${who} may not DESCRIBE, so nobody knows whether they are gone: ${forbidden.join(", ")}.`,
    );
  }
  const there = new Set(live.map(({ name }) => name));
  const missing = [...urns].filter(([name]) => !there.has(name));
  if (missing.length === 0) {
    process.stdout.write("--recreate: every topic of the stack is on the cluster.\n");
    return 0;
  }
  process.stdout.write(
    `--recreate: not on the cluster any more: ${missing.map(([name]) => name).join(", ")}.\n`,
  );
  return runPulumi(stack, ["state", "remove", "--yes", "--force", ...missing.map(([, urn]) => urn)]);
}
