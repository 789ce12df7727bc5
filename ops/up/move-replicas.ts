import { setTimeout as wait } from "node:timers/promises";
import { alterReassignments } from "../../kafka/alter-reassignments.ts";
import { isBrokerError } from "../../kafka/broker.ts";
import type { Connection } from "../../kafka/connection.ts";
import { countOf } from "../../kafka/describe-value.ts";
import { readLiveCluster } from "../../kafka/live-cluster.ts";
import { type MovePlan, planMoves } from "../../kafka/plan-moves.ts";
import type { OwnThrottle } from "../../kafka/replication-throttle.ts";
import { type ConfigValue, setConfigs } from "../../kafka/set-configs.ts";
import { replicationFactorsOf } from "../../kafka/topic.ts";
import { listFew } from "../../kafka/topic-groups.ts";
import { isUnexpected } from "../../machine/command.ts";
import { showProgress } from "../../machine/progress.ts";
import { readLocalStack } from "../../pulumi/local-stack.ts";
import { say } from "../../pulumi/say.ts";
import { readStackConnection } from "../../pulumi/stack-config.ts";
import type { Moves } from "./moves.ts";
import { throttleCopies, unthrottle } from "./throttle.ts";
import { waitForCopies } from "./wait-for-copies.ts";

const pollMs = 1_000;
/** How long brokers may take to learn that a reassignment is complete. */
const settleMs = 30_000;

/**
 * Changes replication factors before the engine's update: starts the reassignments, also those that an interrupted update has
 * not started, and waits until the new replicas are in sync. The provider would wait only for about 20 s. Then removes the
 * throttle, also one that an interrupted update has left, and also if the reassignments are refused or cancelled. See
 * docs/decisions/15-replicas-move-before-the-update.md.
 * @returns whether the update may follow; false if the signal ended the wait: the brokers then continue to copy
 * @throws Error if a reassignment is refused, cancelled, or in conflict with one in progress, or waits too long for a broker
 * that is down
 */
export async function moveReplicas(stack: string, moves: Moves, signal: AbortSignal): Promise<boolean> {
  const connection = await readStackConnection(stack);
  const { replicationThrottle } = await readLocalStack(stack, ["replicationThrottle"]);
  const topics = [...new Set([...moves.factors.keys(), ...moves.throttled])];
  const endThrottle = async (own?: OwnThrottle) => {
    if (replicationThrottle !== undefined) await unthrottle(connection, topics, replicationThrottle, own);
  };
  if (moves.factors.size === 0) {
    await endThrottle();
    return true;
  }
  const plan = await planMoves(connection, moves.factors);
  requireNoConflict(plan);
  requireBrokers(plan, moves);
  if (signal.aborted) return false;
  await lower(connection, moves.lowered);
  const own =
    replicationThrottle !== undefined && plan.copies.length > 0
      ? await throttleCopies(connection, plan, replicationThrottle, topics)
      : undefined;
  const refusal = await start(connection, plan);
  if (refusal !== undefined) {
    await endThrottle(own).catch((error) => {
      if (isUnexpected(error)) throw error;
      say(error.message);
    });
    throw new Error(refusal);
  }
  const keep = replicationThrottle === undefined ? "" : " Do not change replicationThrottle until then.";
  const isComplete = await waitForCopies(stack, connection, plan, signal).catch((error) => {
    if (isUnexpected(error)) throw error;
    throw new Error(`${error.message}${keep}`);
  });
  showProgress("");
  if (!isComplete) {
    say(
      "Interrupted: the brokers continue to copy replicas, and the update has not started. To see the progress: " +
        `npm run topics -- --moving --stack ${stack}. The next npm run up -- --stack ${stack} waits and finishes the update.${keep}`,
    );
    return false;
  }
  await endThrottle(own);
  await requireFactors(connection, moves.factors);
  return true;
}

function requireNoConflict({ conflicting: [first] }: MovePlan): void {
  if (!first) return;
  throw new Error(
    `${first.topic}: a reassignment that leads to another replication factor has just begun. Nothing was changed. Wait for ` +
      "it, then run the command again.",
  );
}

/** A broker may have gone since the preview: the partitions would get fewer replicas than declared. */
function requireBrokers({ assignments, addresses }: MovePlan, { factors }: Moves): void {
  const short = assignments.find(({ topic, target }) => target.length !== factors.get(topic));
  if (!short) return;
  throw new Error(
    `${short.topic}: replication factor ${factors.get(short.topic)} needs more brokers than are up (${addresses.size}). Nothing ` +
      "was changed. Start the others, then run the command again.",
  );
}

/** Otherwise, a topic would for a moment need more replicas in sync than it has. */
async function lower(connection: Connection, lowered: readonly ConfigValue[]): Promise<void> {
  const [refused] = await setConfigs(connection, lowered);
  if (refused) throw new Error(`${refused[0]}: min.insync.replicas could not be set: ${refused[1].words}`);
}

/** @returns why the brokers refuse some of the reassignments; undefined if they refuse none */
async function start(connection: Connection, { assignments }: MovePlan): Promise<string | undefined> {
  const answer = await alterReassignments(connection, assignments).catch((error) => {
    if (!isBrokerError(error)) throw error;
    return `The brokers may not have started all reassignments: ${error.message}`;
  });
  if (typeof answer === "string") return `${answer}. The update has not started. Run the command again.`;
  const [refused, ...more] = answer;
  if (!refused) return undefined;
  const [partition, { words }] = refused;
  const others = more.length > 0 ? `, and of ${countOf(more.length, "other partition")}` : "";
  return (
    `The brokers refused the reassignment of ${partition}${others}: ${words}. The update has not started. Correct this, ` +
    "then run the command again."
  );
}

/**
 * Waits until every broker reports the new replication factors: the provider would otherwise change them again.
 * @throws Error if a reassignment was cancelled meanwhile
 */
async function requireFactors(connection: Connection, factors: ReadonlyMap<string, number>): Promise<void> {
  const until = performance.now() + settleMs;
  for (;;) {
    const wrong = await findWrong(connection, factors).catch((error) => {
      if (!isBrokerError(error) || performance.now() > until) throw error;
    });
    if (wrong?.length === 0) return;
    if (wrong && performance.now() > until)
      throw new Error(
        `The reassignments have ended, but these topics do not have the declared replication factor: ${listFew(wrong)}. ` +
          "Someone has cancelled or replaced the reassignments. The update has not started. Run the command again.",
      );
    await wait(pollMs);
  }
}

/** Finds the topics that do not have their replication factor yet, as far as one of the brokers knows. */
async function findWrong(
  connection: Connection,
  factors: ReadonlyMap<string, number>,
): Promise<readonly string[]> {
  const { addresses } = await readLiveCluster(connection, []);
  const wrong = await Promise.all(
    [...addresses.values()].map(async (address) => {
      const to = { ...connection, bootstrapServers: [address] };
      const { topics } = await readLiveCluster(to, [...factors.keys()]);
      return topics
        .filter((topic) => replicationFactorsOf(topic).join() !== String(factors.get(topic.name)))
        .map(({ name }) => name);
    }),
  );
  return [...new Set(wrong.flat())];
}
