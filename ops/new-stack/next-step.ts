import type { Connection } from "../../kafka/connection.ts";
import { countOf } from "../../kafka/describe-value.ts";
import { findOwnerByName, isKafkasOwn } from "../../kafka/internal-topics.ts";
import { readLiveCluster } from "../../kafka/live-cluster.ts";

/**
 * Suggests the next step for a new stack: to adopt the topics of its cluster or, if there are none, to preview the first
 * update.
 * @throws UnreachableError if no bootstrap server answers
 */
export async function suggestNext(stack: string, connection: Connection): Promise<string> {
  const { topics } = await readLiveCluster(connection);
  const adoptable = topics.filter(
    (topic) => !isKafkasOwn(topic) && findOwnerByName(topic.name) === undefined,
  );
  if (adoptable.length > 0)
    return (
      `The cluster has ${countOf(adoptable.length, "topic")}. Next: npm run adopt -- --stack ${stack}, which declares ` +
      "them in infra/topics/ as they are."
    );
  return (
    `The cluster has no topics. Next: npm run preview -- --stack ${stack}, which shows the topics of infra/topics/ that ` +
    `the first update would create. Then npm start -- --stack ${stack} deploys them and runs the smoke suite.`
  );
}
