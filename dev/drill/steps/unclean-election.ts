import { uncleanTopic } from "../topics.ts";
import type { Step } from "./step.ts";

/**
 * Lets a follower fall behind, kills the leader, and starts the follower again: if the follower may lead, everything
 * that the leader acknowledged alone is lost.
 */
export const uncleanElection: Step = {
  name: "unclean-election",
  title: "Force an election of a replica that is not in sync",
  run: async (drill) => {
    const partition = () => drill.watch.partitions.find(({ topic }) => topic === uncleanTopic);
    const { leader, replicas = [] } = partition() ?? {};
    const follower = replicas.find((id) => id !== leader);
    if (leader === undefined || follower === undefined) throw new Error(`${uncleanTopic} has no leader.`);

    await drill.brokers.stop(follower);
    await drill.until("the follower to be out of sync", () => partition()?.inSyncReplicas.length === 1);
    await drill.observe("the leader acknowledges alone");
    await drill.brokers.kill(leader);
    await drill.brokers.start(follower);
    await drill.until("the follower to lead", () => partition()?.leader === follower);
    await drill.observe("the former follower leads");
    await drill.brokers.start(leader);
    return [follower, leader];
  },
};
