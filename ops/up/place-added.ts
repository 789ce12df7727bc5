import { setTimeout as wait } from "node:timers/promises";
import { alterReassignments } from "../../kafka/alter-reassignments.ts";
import { ignoreBrokerError, isBrokerError } from "../../kafka/broker.ts";
import { keyOf, type Place } from "../../kafka/place.ts";
import { type AddedPartitions, planAdded } from "../../kafka/place-added.ts";
import { readReassignments } from "../../kafka/reassignments.ts";
import { listFew } from "../../kafka/topic-groups.ts";
import { messageOf } from "../../machine/errors.mjs";
import { say } from "../../pulumi/say.ts";
import { readStackConnection } from "../../pulumi/stack-config.ts";

const pollMs = 200;
/** For the brokers to learn of the partitions, and then to move them: they are empty. */
const settleMs = 30_000;

/**
 * Moves partitions that an update has just added to where a careful operator would have put them. The update is complete
 * without that, so problems are only reported.
 */
export async function placeAdded(
  stack: string,
  added: readonly AddedPartitions[],
  signal: AbortSignal,
): Promise<void> {
  const report = (reason: string, topics = added.map(({ topic }) => topic)) => {
    say(
      `Partitions added to ${listFew([...new Set(topics)])} stay on the brokers that the controller chose without regard to load: ${reason}`,
    );
  };
  try {
    const connection = await readStackConnection(stack);
    const assignments = await retryWhile(signal, () => planAdded(connection, added));
    if (!assignments)
      return report(signal.aborted ? "the command was interrupted" : "the brokers do not know them yet");
    const refusals = await alterReassignments(connection, assignments);
    const [refused] = refusals.values();
    const isRefused = (one: Place) => refusals.has(keyOf(one));
    if (refused)
      report(
        refused.words,
        assignments.filter(isRefused).map(({ topic }) => topic),
      );
    const moving = new Set(assignments.filter((one) => !isRefused(one)).map(keyOf));
    await retryWhile(signal, async () => {
      // The brokers move them, whether they answer or not.
      const all = await readReassignments(connection).catch(ignoreBrokerError);
      return all?.some((one) => moving.has(keyOf(one))) ? undefined : true;
    });
  } catch (error) {
    if (!isBrokerError(error)) throw error;
    report(messageOf(error));
  }
}

/** Calls a function until it returns a value; returns undefined if that takes too long, or after the signal. */
async function retryWhile<Value>(
  signal: AbortSignal,
  ask: () => Promise<Value | undefined>,
): Promise<Value | undefined> {
  const until = performance.now() + settleMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined || signal.aborted || performance.now() > until) return value;
    await wait(pollMs, undefined, { signal }).catch(() => {});
  }
}
