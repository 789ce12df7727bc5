import { AssignerProtocol, type PartitionAssigner } from "kafkajs";

const name = "SentPartitionsAssigner";
const version = 0;
const userData = Buffer.alloc(0);

/**
 * Assigns the group's member only the partitions that have a record: kafkajs asks the leader of every assigned
 * partition for offsets, and waits for a leader that hangs.
 * @param partitions by topic
 */
export function assignOnly(partitions: ReadonlyMap<string, number[]>): PartitionAssigner {
  const assignment = Object.fromEntries(partitions);
  return () => ({
    name,
    version,
    protocol: ({ topics }) => ({
      name,
      metadata: AssignerProtocol.MemberMetadata.encode({ version, topics, userData }),
    }),
    assign: async ({ members }) =>
      members.map(({ memberId }) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({ version, assignment, userData }),
      })),
  });
}
