import { type Connection, principalOf } from "../kafka/connection.ts";
import { explain } from "../kafka/describe-failure.ts";
import { countOf } from "../kafka/describe-value.ts";
import { isGroupRefused } from "../kafka/error-chain.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { type GroupNaming, groupOf } from "../kafka/smoke-settings.ts";
import { type Deadline, isOver, pause, within } from "./deadline.ts";
import { grantOnGroups } from "./missing-rights.ts";
import { describeMissing } from "./wording.ts";

/** A run that was killed keeps its membership for its session timeout, mostly 6 s. */
const [leftoverMs, lookMs] = [8_000, 500];

/** Names what the suite needs on its groups: `READ and DELETE on group prefix smoke-`, or `... on group audit`. */
export function groupPermissionOf(groups: GroupNaming): string {
  return `READ and DELETE on ${groups.isPrefix ? "group prefix" : "group"} ${groupOf(groups)}`;
}

/**
 * Checks that nothing else uses the only group of a stack: the suite removes the members and the offsets of its groups.
 * @throws RefusedError if something does, Error if the principal may not use the group
 */
export async function requireUnusedGroup(
  connection: Connection,
  groups: GroupNaming,
  { stack, deadline }: { readonly stack: string; readonly deadline: Deadline },
): Promise<void> {
  if (groups.isPrefix) return;
  const leftoverEnd = within(deadline, leftoverMs);
  for (;;) {
    const { members, hasOffsets } = await readUse(connection, groups, deadline);
    if (members === 0 && !hasOffsets) return;
    if (hasOffsets || isOver(leftoverEnd)) {
      const has = hasOffsets ? "committed offsets" : countOf(members, "member");
      const refused = `the group has ${has}, so something else or another run uses it. Name a group for the smoke suite alone.`;
      const place = { place: `Pulumi.${stack}.yaml`, field: "smoke:group" };
      throw new RefusedError([{ code: "INVALID_VALUE", ...place, given: groups.name, refused }]);
    }
    await pause(leftoverEnd, lookMs);
  }
}

async function readUse(connection: Connection, groups: GroupNaming, deadline: Deadline) {
  // Imported only where it is needed: it loads a Kafka client.
  const { readGroupUse } = await import("../kafka/consumer-group.ts");
  try {
    return await readGroupUse(connection, groups.name, deadline.at);
  } catch (error) {
    if (!isGroupRefused(error)) throw error;
    const groupPermission = groupPermissionOf(groups);
    const reason = explain(error, { principal: principalOf(connection), groupPermission });
    throw new Error(describeMissing(reason, [grantOnGroups({ connection, groups })]));
  }
}
