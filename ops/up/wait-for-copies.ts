import { setTimeout as wait } from "node:timers/promises";
import { isBrokerError } from "../../kafka/broker.ts";
import type { Connection } from "../../kafka/connection.ts";
import { type Move, readMoves } from "../../kafka/moves.ts";
import { keyOf } from "../../kafka/place.ts";
import type { MovePlan } from "../../kafka/plan-moves.ts";
import { messageOf } from "../../machine/errors.mjs";
import { showProgress } from "../../machine/progress.ts";
import { say } from "../../pulumi/say.ts";
import { CopyProgress } from "./copy-progress.ts";

const [pollMs, plainLinesMs] = [1_000, 10_000];
/** For one question about the progress: a broker may be frozen. */
const answerTimeoutMs = 10_000;
/** How long the brokers may be out of reach while they copy, for example because they restart. */
const silenceMs = 120_000;

/**
 * Waits until the reassignments of a plan are complete, and shows how far they are: in a terminal in one line, otherwise in
 * a line every 10 s.
 * @returns false if the signal was aborted before
 * @throws Error if the copies wait too long for a broker that is down
 */
export async function waitForCopies(
  stack: string,
  connection: Connection,
  plan: MovePlan,
  signal: AbortSignal,
): Promise<boolean> {
  const own = new Set([...plan.assignments, ...plan.resumed].map(keyOf));
  const progress = new CopyProgress(own.size, performance.now());
  let saidAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    if (signal.aborted) return false;
    const moves = (await readPatiently(connection, signal)).filter((move) => own.has(keyOf(move)));
    const now = performance.now();
    if (moves.length === 0) return !signal.aborted;
    const { line, remarks, failure } = progress.follow(moves, now);
    for (const remark of remarks) say(remark);
    if (failure !== undefined)
      throw new Error(
        `${failure} The update has not started. Start every broker that is down: the brokers then continue to copy, and the ` +
          `next npm run up -- --stack ${stack} waits for them.`,
      );
    showProgress(line);
    if (!process.stderr.isTTY && now - saidAt >= plainLinesMs) {
      say(line);
      saidAt = now;
    }
    await wait(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** Reads the reassignments in progress, also if the brokers do not answer for a while. */
async function readPatiently(connection: Connection, signal: AbortSignal): Promise<readonly Move[]> {
  const until = performance.now() + silenceMs;
  const timeoutMs = Math.min(connection.timeoutMs, answerTimeoutMs);
  for (;;) {
    try {
      const moves = await readMoves({ ...connection, timeoutMs });
      if (moves) return moves;
      throw new Error(
        "The principal may no longer DESCRIBE the cluster. The brokers go on copying replicas. The update has not started; " +
          "the next npm run up waits for them.",
      );
    } catch (error) {
      if (!isBrokerError(error)) throw error;
      if (performance.now() > until)
        throw new Error(
          `${messageOf(error)}. The brokers may go on copying replicas. The update has not started; the next npm run up waits for them.`,
        );
      if (signal.aborted) return [];
      await wait(pollMs, undefined, { signal }).catch(() => {});
    }
  }
}
