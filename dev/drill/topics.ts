import { readDesired } from "../../infra/desired.ts";
import type { NewTopic } from "../../kafka/create-topics.ts";
import { RefusedError } from "../../kafka/refused-error.ts";
import { projectName } from "../../machine/paths.ts";

/** How many brokers the drill's cluster has. */
export const brokerCount = 3;

/** No record may go for another reason than a broker. */
const keepEverything = { "retention.ms": "-1", "retention.bytes": "-1" };

const common = { config: keepEverything, smoke: "produce" } as const;
const everyBroker = [1, 2, 3];

/** The brokers of the topics that show what an election costs, the preferred leader first. */
export const [electionLeader, electionFollower] = [1, 2];

/** The topic that allows an election of a broker that is not in sync. */
export const uncleanTopic = "drill.unclean-election";

/** Topics whose settings show what a declared topic may not: each has its replicas on brokers that are known. */
export const ownTopics: readonly NewTopic[] = [
  {
    ...common,
    name: "drill.replication-factor-1",
    partitions: 3,
    replicationFactor: 1,
    replicas: everyBroker.map((id) => [id]),
  },
  {
    ...common,
    name: "drill.min-insync-2",
    partitions: 3,
    replicationFactor: 3,
    config: { ...keepEverything, "min.insync.replicas": "2" },
    replicas: everyBroker.map((id) => [id, (id % 3) + 1, ((id + 1) % 3) + 1]),
  },
  {
    ...common,
    name: "drill.clean-election",
    partitions: 1,
    replicationFactor: 2,
    replicas: [[electionLeader, electionFollower]],
  },
  {
    ...common,
    name: uncleanTopic,
    partitions: 1,
    replicationFactor: 2,
    config: { ...keepEverything, "unclean.leader.election.enable": "true" },
    replicas: [[electionLeader, electionFollower]],
  },
];

/**
 * The topics of the catalogue as they are declared, with at most as many replicas as the drill has brokers.
 * @throws RefusedError with all that is wrong in the catalogue
 */
export async function readDeclaredTopics(bootstrapServers: readonly string[]): Promise<NewTopic[]> {
  const config = {
    "kafka:bootstrapServers": JSON.stringify(bootstrapServers),
    "kafka:tlsEnabled": "false",
    [`${projectName}:maxReplicationFactor`]: String(brokerCount),
  };
  const { topics, problems } = await readDesired({ project: projectName, stack: "drill", config });
  if (problems.length > 0) throw new RefusedError(problems);
  return topics.map((topic) => ({ ...topic, config: { ...topic.config, ...keepEverything } }));
}
