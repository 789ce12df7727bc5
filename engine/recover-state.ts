import { isDeepStrictEqual } from "node:util";
import { projectName } from "../dev/places.ts";
import { countOf } from "../infra/describe-value.ts";
import { readDesired } from "../infra/desired.ts";
import type { WantedTopic } from "../kafka/trial.ts";
import { clearLocks } from "./clear-away.ts";
import { readStackConfig, readStackConnection } from "./deployed.ts";
import { isLeftBehind, parseLocks, readLocks } from "./locks.ts";
import { endOrphans } from "./orphans.ts";
import { askPulumi, findBackendFolder, PulumiError } from "./pulumi.ts";
import { findDeletions, findUnfinished, hasPendingOperations, recover, topicsOf } from "./recovery.ts";
import { say } from "./say.ts";
import { type ExportedState, exportState, stackType } from "./state.ts";

/**
 * Reads a stack's state for an update. Where one that was interrupted, or that failed, left it uncertain, it is
 * brought in line with the cluster before: the update then finishes what that one was doing.
 * @throws UnreachableError when the cluster does not answer, Error when it does not show a topic
 */
export async function readRecovered(stack: string): Promise<ExportedState> {
  const state = await exportState(stack);
  const isRecovered = await recoverTopics(stack, state, findUnfinished(state));
  return isRecovered ? exportState(stack) : state;
}

/**
 * Looks for why an update was refused: topics that it was to delete or to replace, and that an earlier one had deleted
 * already without learning of it.
 * @param before the state that the update began from
 * @returns whether the update is worth another try
 */
export async function recoverRefused(stack: string, before: ExportedState): Promise<boolean> {
  const state = await exportState(stack);
  if (!isDeepStrictEqual(topicsOf(state), topicsOf(before))) return false;
  // The engine may have dropped the stack's outputs.
  const deletions = await readDeletions(stack, before);
  if (deletions.size === 0) return false;
  const { isBrokerError } = await import("../kafka/ask-broker.ts");
  try {
    const live = await readTopics(stack, [...deletions]);
    return await recoverTopics(stack, state, new Set([...deletions].filter((name) => !live.has(name))));
  } catch (error) {
    if (isBrokerError(error)) return false;
    throw error;
  }
}

/**
 * Brings the named topics of a state in line with the cluster. A state that another process may be writing is left
 * alone.
 * @returns whether the state was changed
 */
async function recoverTopics(
  stack: string,
  state: ExportedState,
  names: ReadonlySet<string>,
): Promise<boolean> {
  if (names.size === 0 && !hasPendingOperations(state)) return false;
  const folder = await findBackendFolder(stack);
  const locks = folder === undefined ? [] : readLocks(folder, stack);
  if (!locks.every(isLeftBehind)) return false;
  if (locks.length > 0) await clearLocks(stack, locks);
  // A plugin that its engine's end left running goes on with what it was told.
  await endOrphans();
  const live = await readTopics(stack, [...names]);
  // What an update wrote that ended just now must not be lost.
  if (!isDeepStrictEqual(await exportState(stack), state)) return false;
  if (!(await importState(stack, recover(state, names, live)))) return false;
  const gone = [...names].filter((name) => !live.has(name)).length;
  say(
    `The last update of stack ${stack} did not finish ${countOf(names.size, "topic")} ` +
      `(on the cluster: ${names.size - gone}, not there: ${gone}). The state now has them as the cluster does.`,
  );
  return true;
}

/**
 * The topics that the next update deletes. None where the catalogue is wrong, as the update deletes nothing then, and
 * none where the stack has other bootstrap servers than its last update: another cluster knows of no deletion.
 */
async function readDeletions(stack: string, state: ExportedState): Promise<Set<string>> {
  const config = await readStackConfig(stack);
  const { topics, connection, problems } = await readDesired({ project: projectName, stack, config });
  const { outputs } = state.deployment.resources?.find(({ type }) => type === stackType) ?? {};
  if (problems.length > 0 || !isDeepStrictEqual(outputs?.bootstrapServers, connection?.bootstrapServers))
    return new Set();
  return findDeletions(state, new Map(topics.map(({ name, partitions }) => [name, partitions])));
}

/** By name, as they are on the cluster, each partition with the replicas that the least of them have. */
async function readTopics(stack: string, names: string[]): Promise<Map<string, WantedTopic>> {
  if (names.length === 0) return new Map();
  const connection = await readStackConnection(stack);
  // Only here: the client takes a quarter of a second to load.
  const { principalOf } = await import("../kafka/causes.ts");
  const { readLiveCluster } = await import("../kafka/live-cluster.ts");
  const { describeLive, readLiveConfigs } = await import("../kafka/live-configs.ts");
  const { topics, forbidden } = await readLiveCluster(connection, names);
  const { configs, refusals } = await readLiveConfigs(
    connection,
    topics.map(({ name }) => name),
  );
  const hidden = [...forbidden, ...refusals.keys()];
  if (hidden.length > 0) {
    throw new Error(
      `The last update did not finish, and ${principalOf(connection)} may not see how it left these topics. ` +
        `Grant it DESCRIBE and DESCRIBE_CONFIGS on them: ${hidden.join(", ")}.`,
    );
  }
  return new Map(
    topics.flatMap((topic) => {
      const own = configs.get(topic.name);
      if (!own) return [];
      const replicationFactor = Math.min(...topic.partitions.map(({ replicas }) => replicas.length));
      return [[topic.name, { ...describeLive(topic, own), replicationFactor }]];
    }),
  );
}

/** @returns whether it was imported; not where another process has locked the stack meanwhile */
async function importState(stack: string, state: ExportedState): Promise<boolean> {
  try {
    await askPulumi(stack, ["stack", "import"], JSON.stringify(state));
    return true;
  } catch (error) {
    if (error instanceof PulumiError && parseLocks(error.said).length > 0) return false;
    throw error;
  }
}
