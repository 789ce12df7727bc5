import Table from "cli-table3";
import { explainGrant, missingGrant } from "../../kafka/acl-command.ts";
import type { Connection } from "../../kafka/connection.ts";
import { capitalize } from "../../kafka/describe-value.ts";
import { readMoves, toPartitionMove } from "../../kafka/moves.ts";
import {
  awaitedBy,
  describeAwaited,
  describeCopied,
  type MovingPartition,
} from "../../kafka/moving-topics.ts";

/** A partition of a topic whose replicas are moving. */
type Moving = { readonly topic: string } & MovingPartition;

/**
 * Finds the partitions on a cluster whose replicas are moving, by topic and partition.
 * @throws Error if the principal may not DESCRIBE the cluster; UnreachableError when no bootstrap server answers
 */
export async function findMovingPartitions(connection: Connection): Promise<Moving[]> {
  const moves = await readMoves(connection);
  if (moves)
    return moves.map((move) => ({
      topic: move.topic,
      partition: move.partition,
      ...toPartitionMove(move),
    }));
  const grant = missingGrant({ operations: ["DESCRIBE"], resource: "cluster" }, connection);
  throw new Error(
    `${grant.principal} may not DESCRIBE the cluster, which is required to list the moves. ${explainGrant(grant)}`,
  );
}

/** Renders moving partitions for a terminal: a row for each. */
export function renderMoving(moving: readonly Moving[]): string {
  if (moving.length === 0) return "No partition is moving.";
  const table = new Table({
    head: ["topic", "partition", "from", "to", "copied"],
    colAligns: ["left", "right", "left", "left", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const { topic, partition, from, to, bytes, copied } of moving) {
    const isKnown = bytes !== undefined && copied !== undefined;
    const progress = isKnown ? describeCopied({ bytes, copied }) : "unknown";
    table.push([topic, partition, from.join(", "), to.join(", "), progress]);
  }
  const legend = "from: the ids of the brokers that lose a replica; to: the ids of the brokers that get one.";
  const down = awaitedBy(moving);
  return [table, legend, ...(down.length > 0 ? [`${capitalize(describeAwaited(down))}.`] : [])].join("\n");
}

/**
 * Renders moving partitions as JSON; `bytes` and `copied` are absent if the brokers do not report them, and `down` if the
 * move waits for no broker.
 */
export function renderMovingJson(moving: readonly Moving[]): string {
  return `${JSON.stringify({ version: 1, moves: moving }, null, 2)}\n`;
}
