import { randomUUID } from "node:crypto";
import { alterConfigsV2, createPartitionsV3, createTopicsV6 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker, type Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { listConfigs, toCreateRequest } from "./create-request.ts";
import { topicResource } from "./live-configs.ts";
import { type Refusal, type Refusals, toRefusal } from "./refusal.ts";
import { askUntilSettled, findTemporary } from "./retry.ts";
import type { TopicSpec } from "./topic.ts";

/**
 * Asks whether topics could be created, also by the brokers' policies, without creating them.
 * @throws UnreachableError when no bootstrap server answers
 */
export async function tryCreate(to: Connection | Broker, topics: readonly TopicSpec[]): Promise<Refusals> {
  return askInBatches(topics, (batch) =>
    askBroker(to, async (broker) => {
      const wanted = batch.map(toCreateRequest);
      const { topics, ...answer } = await answerOf(createTopicsV6.api.async(broker, wanted, timeoutMs, true));
      return { ...answer, answers: topics };
    }),
  );
}

/** Asks whether topics could be created again after a deletion, each under an unused name with the same beginning. */
export async function tryReplace(to: Connection | Broker, topics: readonly TopicSpec[]): Promise<Refusals> {
  const standIns = new Map(topics.map((topic) => [standInFor(topic.name), topic]));
  const wanted = [...standIns].map(([name, topic]) => ({ ...topic, name }));
  const refusals = await tryCreate(to, wanted);
  return new Map([...refusals].map(([name, refusal]) => [standIns.get(name)?.name ?? name, refusal]));
}

/** Asks whether topics could get these partition counts, without adding partitions. */
export async function tryAddPartitions(
  to: Connection | Broker,
  topics: readonly TopicSpec[],
): Promise<Refusals> {
  return askInBatches(topics, (batch) =>
    askBroker(to, async (broker) => {
      const wanted = batch.map(({ name, partitions }) => ({ name, count: partitions, assignments: null }));
      const { results, ...answer } = await answerOf(
        createPartitionsV3.api.async(broker, wanted, timeoutMs, true),
      );
      return { ...answer, answers: results };
    }),
  );
}

/** Asks whether topics could have exactly these configs, without changing them. */
export async function tryConfigs(to: Connection | Broker, topics: readonly TopicSpec[]): Promise<Refusals> {
  return askInBatches(topics, (batch) =>
    askBroker(to, async (broker) => {
      const wanted = batch.map(({ name, config }) => ({
        resourceType: topicResource,
        resourceName: name,
        configs: listConfigs(config),
      }));
      return toAnswers(await answerOf(alterConfigsV2.api.async(broker, wanted, true)));
    }),
  );
}

/**
 * Reads the effective configs of a topic that sets none: the cluster's values or Kafka's defaults.
 * @param like a topic name whose beginning the principal's permissions and the brokers' policy allow
 * @returns by key; empty if the principal may not create topics, or if the brokers' policy requires configs
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readDefaultConfigs(
  to: Connection | Broker,
  like: string,
): Promise<Map<string, string>> {
  // The synonyms of `describeConfigs` leave out retention.ms, which brokers set in hours, so this validates a creation.
  const topic = { name: standInFor(like), numPartitions: 1, assignments: [], configs: [] };
  const wanted = [{ ...topic, replicationFactor: -1 }];
  const { topics } = await askBroker(to, (broker) =>
    askUntilSettled(
      () => answerOf(createTopicsV6.api.async(broker, wanted, timeoutMs, true)),
      ({ topics, throttleTimeMs }) => findTemporary(topics, throttleTimeMs),
    ),
  );
  return new Map(topics[0]?.configs?.map(({ name, value }) => [name, value ?? ""]));
}

/** Returns an unused name, to validate the creation of a topic that already exists. */
function standInFor(name: string): string {
  return `${name.slice(0, longestName - randomSuffixLength)}.${randomUUID()}`;
}

const [longestName, randomSuffixLength] = [249, 37];

/** The timeout of a request to the controller. */
const timeoutMs = 30_000;

/**
 * A controller refuses a request that would write more than 10,000 metadata records: one for each topic, partition and
 * config. An update sends one request per topic, so it never reaches the limit.
 */
const recordsPerRequest = 5_000;

/** A response with an answer for each topic. */
type Response = {
  readonly throttleTimeMs: number;
  readonly answers: readonly {
    readonly name: string;
    readonly errorCode: number;
    readonly errorMessage?: string | null | undefined;
  }[];
};

/** Names the answers of a response about configs as those about topics. */
export function toAnswers<Answer extends { readonly resourceName: string }>({
  throttleTimeMs,
  responses,
}: {
  readonly throttleTimeMs: number;
  readonly responses: readonly Answer[];
}) {
  const answers = responses.map(({ resourceName, ...answer }) => ({ name: resourceName, ...answer }));
  return { throttleTimeMs, answers };
}

/**
 * Asks brokers about topics, in requests that a controller takes, and asks again while a controller is elected or throttles.
 * @returns the refusals among the answers
 */
export async function askInBatches<Topic extends Item>(
  topics: readonly Topic[],
  ask: (batch: readonly Topic[]) => Promise<Response>,
): Promise<Refusals> {
  const refusals = new Map<string, Refusal>();
  for (const batch of splitIntoBatches(topics)) {
    const { answers } = await askUntilSettled(
      () => ask(batch),
      ({ answers, throttleTimeMs }) => findTemporary(answers, throttleTimeMs),
    );
    for (const { name, errorCode, errorMessage } of answers) {
      // An update waits as long as it is throttled; a validation does not have to.
      if (errorCode === 0 || errorCode === throttled) continue;
      refusals.set(name, toRefusal(errorCode, errorMessage));
    }
  }
  return refusals;
}

const throttled = 89;

/** What a request is about, with what the controller writes for it. */
type Item = { readonly partitions: number; readonly config: Readonly<Record<string, unknown>> };

/** Splits topics into requests that a controller takes. */
export function splitIntoBatches<Topic extends Item>(topics: readonly Topic[]): Topic[][] {
  const batches: Topic[][] = [];
  let records = Number.POSITIVE_INFINITY;
  for (const topic of topics) {
    const own = 1 + topic.partitions + Object.keys(topic.config).length;
    if (records + own > recordsPerRequest) {
      batches.push([]);
      records = 0;
    }
    batches.at(-1)?.push(topic);
    records += own;
  }
  return batches;
}
