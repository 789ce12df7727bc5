import { isUnread, readCatalogue } from "../infra/catalogue.ts";
import { countOf } from "../kafka/describe-value.ts";
import { isKafkasOwn } from "../kafka/internal-topics.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { type LiveTopic, replicationFactorsOf, type TopicSpec } from "../kafka/topic.ts";
import { explainUnmatched, selectTopics, type TopicSelection } from "../kafka/topic-selection.ts";
import { readStackSmoke } from "../pulumi/stack-config.ts";
import { boundBy, type Deadline } from "./deadline.ts";
import { electionPatience, limitTimeout, readCluster, type SmokeInput } from "./input.ts";
import { Retries } from "./retries.ts";

/** Without their configs, only the brokers say whether too few replicas are in sync. */
const readsConfigs = false;

/**
 * Reads the topics on a stack's cluster that the catalogue declares for no stack, for a dry run. They include those of other
 * software, but not Kafka's own, to which brokers let no client write. The stack need not be deployed.
 * @param selection narrows the topics
 * @throws Error if the stack's config or a catalogue file cannot be read, or if the cluster does not answer
 */
export async function readUndeclared(
  stack: string,
  { selection, deadline }: { selection: TopicSelection; deadline: Deadline },
): Promise<SmokeInput> {
  const reading = Promise.all([readStackSmoke(stack), readCatalogue()]);
  const [settings, { declaredNames, problems }] = await boundBy(deadline, "Pulumi's answer", reading);
  // A topic in an unread file would count as undeclared.
  const unread = problems.filter(isUnread);
  if (unread.length > 0) throw new RefusedError(unread);

  const connection = limitTimeout(settings.connection, deadline);
  const { readLiveCluster } = await import("../kafka/live-cluster.ts");
  const cluster = await boundBy(deadline, "the cluster's answer", readLiveCluster(connection));
  const declared = new Set(declaredNames);
  const undeclared = cluster.topics.filter((topic) => !isKafkasOwn(topic) && !declared.has(topic.name));
  const isSelected = selectTopics(selection);
  const selected = undeclared.filter(({ name }) => isSelected(name));
  const names = undeclared.map(({ name }) => name);
  const unmatched = explainUnmatched(selection, names);
  if (selected.length === 0 && undeclared.length > 0) {
    const none = `None of the ${countOf(names.length, "topic")} that no stack declares is selected.`;
    throw new Error([...unmatched, none].join("\n"));
  }
  const retries = new Retries();
  const retrying = { until: performance.now() + electionPatience(deadline), onRetry: retries.count };
  const read = readCluster(
    connection,
    selected.map(({ name }) => name),
    retrying,
    readsConfigs,
  );
  return {
    stack,
    connection,
    groups: settings.groups,
    deployed: selected.map(describe),
    unmatched,
    cluster: await boundBy(deadline, "the cluster's answer", read),
    isUndeclared: true,
    retries,
  };
}

function describe(topic: LiveTopic): TopicSpec {
  const { name, partitions } = topic;
  const [replicationFactor = 0] = replicationFactorsOf(topic);
  return { name, partitions: partitions.length, replicationFactor, config: {}, smoke: "dry-run" };
}
