import { isDeepStrictEqual } from "node:util";
import { readDesired } from "../infra/desired.ts";
import { evaluateCatalogue } from "../infra/evaluate-catalogue.ts";
import type { EvaluatedCatalogue } from "../infra/evaluated-catalogue.ts";
import type { Connection } from "../kafka/connection.ts";
import { countOf } from "../kafka/describe-value.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import { projectName } from "../machine/paths.ts";
import { askPulumi } from "./ask-pulumi.ts";
import { findBackendFolder } from "./backend.ts";
import { PulumiError } from "./cli.ts";
import { clearLocks } from "./leftovers.ts";
import { isLeftBehind, parseLocks, readLocks } from "./locks.ts";
import { endOrphans } from "./orphans.ts";
import { findDeletions, findForeign, findUnfinished, hasPendingOperations, recover } from "./recovery.ts";
import { say } from "./say.ts";
import { readStackConfig, readStackConnection } from "./stack-config.ts";
import { type ExportedState, exportState, rootOf, topicsOf } from "./state.ts";

/** Topics cannot be read for lack of rights. */
class UnreadTopicsError extends Error {}

/**
 * Completes the reading of a stack's state for an update. If the last update was interrupted or failed, corrects the state
 * to match the cluster first, so that this one finishes it.
 * @throws UnreachableError if the cluster does not answer, Error if a topic cannot be read or it is another cluster
 */
export async function readRecovered(
  stack: string,
  exported: Promise<ExportedState>,
): Promise<{ readonly state: ExportedState; readonly isRecovered: boolean }> {
  const state = await exported;
  const unfinished = findUnfinished(state);
  const live = await recoverTopics(stack, state, unfinished);
  if (!live) return { state, isRecovered: false };
  const present = [...unfinished.keys()].filter((name) => live.has(name)).length;
  if (unfinished.size > 0) {
    say(
      `The last update of stack ${stack} did not finish. The state now matches the cluster for ` +
        `${countOf(unfinished.size, "topic")} (present: ${present}, missing: ${unfinished.size - present}).`,
    );
  }
  for (const urn of findForeign(state))
    say(`It was also working on ${urn}: check the state of that resource.`);
  return { state: await exportState(stack), isRecovered: unfinished.size > 0 };
}

/**
 * Recovers from a failed update. If the update was refused before it changed a topic, the cause may be topics that it
 * should delete or replace, but that an earlier update had already deleted without receiving the response.
 * @param before the state before the update
 * @param mayRepeat whether an update that changed topics may be tried again
 * @param catalogue of the update, if it is evaluated already
 * @returns whether the update is worth another try
 */
export async function recoverFailed(
  stack: string,
  before: ExportedState,
  mayRepeat: boolean,
  catalogue?: EvaluatedCatalogue,
): Promise<boolean> {
  const state = await exportState(stack);
  // The engine was killed; the next update finishes its pending operations.
  if (hasPendingOperations(state)) return mayRepeat;
  if (!isDeepStrictEqual(topicsOf(state), topicsOf(before))) return mayRepeat;
  // The engine may have dropped the stack's outputs.
  const deletions = await readDeletions(stack, before, catalogue ?? evaluateCatalogue());
  if (deletions.size === 0) return false;
  const { isBrokerError } = await import("../kafka/broker.ts");
  try {
    const live = await readTopics(await readStackConnection(stack), [...deletions]);
    const gone = [...deletions].filter((name) => !live.has(name));
    if (gone.length === 0) return false;
    if (!(await recoverTopics(stack, state, new Map(gone.map((name) => [name, true]))))) return false;
    say(
      `The update deletes or replaces topics that are no longer on the cluster: ${gone.join(", ")}. ` +
        "They were removed from the state.",
    );
    return true;
  } catch (error) {
    // The failed update has reported what it may not read, too.
    if (isBrokerError(error) || error instanceof UnreadTopicsError) return false;
    throw error;
  }
}

/**
 * Corrects the unfinished topics of a state to match the cluster. A state that another process may be writing is not
 * changed.
 * @returns the topics that are on the cluster; undefined if the state was not changed
 */
async function recoverTopics(
  stack: string,
  state: ExportedState,
  unfinished: ReadonlyMap<string, boolean>,
): Promise<ReadonlyMap<string, TopicSpec> | undefined> {
  if (unfinished.size === 0 && !hasPendingOperations(state)) return undefined;
  const folder = await findBackendFolder(stack);
  const locks = folder === undefined ? [] : readLocks(folder, stack);
  if (!locks.every(isLeftBehind)) return undefined;
  await clearLocks(stack, locks);
  // A plugin that outlives its engine continues its operations.
  await endOrphans();
  const connection = await readStackConnection(stack);
  requireSameCluster(stack, state, connection);
  const live = await readTopics(connection, [...unfinished.keys()]);
  // Must not overwrite what an update has written in the meantime.
  if (!isDeepStrictEqual(await exportState(stack), state)) return undefined;
  return (await importState(stack, recover(state, unfinished, live))) ? live : undefined;
}

/**
 * Returns the topics that the next update deletes. None if the catalogue is invalid, since the update then deletes nothing,
 * and none if the bootstrap servers differ from those of the last update: it may be another cluster.
 */
async function readDeletions(
  stack: string,
  state: ExportedState,
  catalogue: EvaluatedCatalogue | Promise<EvaluatedCatalogue>,
): Promise<Set<string>> {
  const config = await readStackConfig(stack);
  const { topics, connection, problems } = readDesired(
    { project: projectName, stack, config },
    await catalogue,
  );
  if (problems.length > 0 || !isDeepStrictEqual(serversOf(state), connection?.bootstrapServers))
    return new Set();
  return findDeletions(state, new Map(topics.map(({ name, partitions }) => [name, partitions])));
}

/** The bootstrap servers in the outputs of the last update; undefined before the first update. */
function serversOf(state: ExportedState): unknown {
  return rootOf(state)?.outputs?.bootstrapServers;
}

/** @throws Error if the stack has none of the bootstrap servers of the last update any more */
function requireSameCluster(stack: string, state: ExportedState, { bootstrapServers }: Connection): void {
  const last = serversOf(state);
  if (!Array.isArray(last) || last.some((server) => bootstrapServers.includes(server))) return;
  throw new Error(
    `The last update of stack ${stack} did not finish on the cluster at ${last.join(", ")}, but ` +
      `kafka:bootstrapServers is now ${bootstrapServers.join(", ")}. Run the update on the old cluster first; if it is the ` +
      "same cluster, keep one of the old addresses for one update.",
  );
}

/**
 * Reads topics from the cluster, by name. All come from one broker that reaches a controller: the metadata of other
 * brokers may be out of date.
 */
async function readTopics(connection: Connection, names: string[]): Promise<Map<string, TopicSpec>> {
  if (names.length === 0) return new Map();
  // Imported only here: the client takes a quarter of a second to load.
  const { askBroker } = await import("../kafka/broker.ts");
  const { requireController } = await import("../kafka/controller.ts");
  const { readConfiguredTopics } = await import("../kafka/live-cluster.ts");
  const { withoutThrottle } = await import("../kafka/throttles.ts");
  const { withMoves } = await import("../kafka/moves.ts");
  const { specOf } = await import("../kafka/topic.ts");
  const { describeUnread, findUnread } = await import("../kafka/unread-topics.ts");
  const { configured, ...read } = await askBroker(connection, async (broker) => {
    await requireController(broker);
    return withMoves(connection, await readConfiguredTopics(broker, names));
  });
  const hidden = findUnread(read, connection).map((found) => `${found.topic}: ${describeUnread(found)}`);
  if (hidden.length > 0)
    throw new UnreadTopicsError(
      ["The last update did not finish, and these of its topics cannot be read:", ...hidden].join("\n  "),
    );
  return new Map([...configured].map(([name, topic]) => [name, withoutThrottle(specOf(topic))]));
}

/** @returns whether the state was imported; false if another process has locked the stack meanwhile */
async function importState(stack: string, state: ExportedState): Promise<boolean> {
  try {
    await askPulumi(stack, ["stack", "import"], { input: JSON.stringify(state) });
    return true;
  } catch (error) {
    if (error instanceof PulumiError && parseLocks(error.said).length > 0) return false;
    throw error;
  }
}
