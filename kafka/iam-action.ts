import type { Operation, Resource } from "./authorized-operations.ts";

/** The table of https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html, with the actions that each requires. */
const actions: Record<Resource, Partial<Record<Operation, readonly string[]>>> = {
  topic: {
    DESCRIBE: ["DescribeTopic"],
    DESCRIBE_CONFIGS: ["DescribeTopicDynamicConfiguration"],
    CREATE: ["CreateTopic"],
    ALTER_CONFIGS: ["AlterTopicDynamicConfiguration"],
    ALTER: ["AlterTopic"],
    DELETE: ["DeleteTopic"],
    WRITE: ["WriteData"],
    READ: ["ReadData"],
  },
  group: {
    READ: ["AlterGroup", "DescribeGroup"],
    DELETE: ["DeleteGroup", "DescribeGroup"],
  },
  cluster: {
    ALTER: ["AlterCluster", "DescribeCluster"],
    ALTER_CONFIGS: ["AlterClusterDynamicConfiguration", "DescribeClusterDynamicConfiguration"],
    DESCRIBE: ["DescribeCluster"],
    DESCRIBE_CONFIGS: ["DescribeClusterDynamicConfiguration"],
  },
};

/** Returns the actions of AWS IAM that an operation needs: `kafka-cluster:AlterTopic`. */
export function iamActionsOf(resource: Resource, operation: Operation): string[] {
  return (actions[resource][operation] ?? []).map((action) => `kafka-cluster:${action}`);
}
