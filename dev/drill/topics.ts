import { readDesired } from "../../infra/desired.ts";
import { evaluateCatalogue } from "../../infra/evaluate-catalogue.ts";
import type { NewTopic } from "../../kafka/create-request.ts";
import { RefusedError } from "../../kafka/refused-error.ts";
import { projectName } from "../../machine/paths.ts";

/** How many brokers the drill's cluster has. */
export const brokerCount = 3;

/** Only a broker failure may remove records. */
const keepEverything = { "retention.ms": "-1", "retention.bytes": "-1" };

const common = { config: keepEverything, smoke: "produce" } as const;
const everyBroker = [1, 2, 3];

/** The brokers of the topics that show the cost of an election, the preferred leader first. */
export const [electionLeader, electionFollower] = [1, 2];

/** The topic that allows a replica that is not in sync to become the leader. */
export const uncleanTopic = "drill.unclean-election";

/**
 * Topics whose settings show what the declared topics may not show. Each has its replicas on fixed brokers, so that the
 * drill knows them.
 */
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
 * Reads the catalogue's topics as declared, with at most as many replicas as the drill has brokers.
 * @throws RefusedError with all problems in the catalogue
 */
export async function readDeclaredTopics(bootstrapServers: readonly string[]): Promise<NewTopic[]> {
  const config = {
    "kafka:bootstrapServers": JSON.stringify(bootstrapServers),
    "kafka:tlsEnabled": "false",
    [`${projectName}:maxReplicationFactor`]: String(brokerCount),
  };
  const stack = { project: projectName, stack: "drill", config };
  const { topics, problems } = readDesired(stack, await evaluateCatalogue());
  if (problems.length > 0) throw new RefusedError(problems);
  return topics.map((topic) => ({ ...topic, config: { ...topic.config, ...keepEverything } }));
}
