import { ConfigResourceTypes, describeConfigsV4 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker, type Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { type Refusals, toRefusal } from "./refusal.ts";
import { askUntilSettled, findTemporary, type Retrying } from "./retry.ts";
import type { LiveConfigs } from "./topic.ts";

/** The configs of topics, as the cluster returns them; each topic is in exactly one of the three fields. */
export type LiveConfigsAnswer = {
  readonly configs: ReadonlyMap<string, LiveConfigs>;
  /** Topics that do not exist, for example because they were deleted a moment ago. */
  readonly missing: ReadonlySet<string>;
  /** Why the broker does not return the configs of a topic. */
  readonly refusals: Refusals;
};

/** The protocol's resource types of topics and brokers. */
export const [topicResource, brokerResource] = [ConfigResourceTypes.TOPIC, ConfigResourceTypes.BROKER];
const setOnTopic = 1;

/**
 * The configs of 5,000 topics in one response, 15 MB, took a broker with a small heap longer than the request's timeout of
 * 30 s, and the client twice the processor time.
 */
const topicsPerRequest = 500;

/**
 * Reads the configs of topics, many in each request. Waits out an election of the controller.
 * @param names the topics, or the id of the broker that is asked
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readLiveConfigs(
  to: Connection | Broker,
  names: readonly string[],
  resourceType: typeof topicResource | typeof brokerResource = topicResource,
  retrying?: Retrying,
): Promise<LiveConfigsAnswer> {
  if (names.length === 0) return { configs: new Map(), missing: new Set(), refusals: new Map() };
  const resources = names.map((resourceName) => ({
    resourceType,
    resourceName,
    configurationKeys: null,
  }));
  const batches = Array.from({ length: Math.ceil(resources.length / topicsPerRequest) }, (_, index) =>
    resources.slice(index * topicsPerRequest, (index + 1) * topicsPerRequest),
  );
  const described = await askBroker(to, (broker) =>
    Promise.all(
      batches.map((batch) =>
        askUntilSettled(
          () => answerOf(describeConfigsV4.api.async(broker, batch, false, false)),
          ({ results, throttleTimeMs }) => findTemporary(results, throttleTimeMs),
          retrying,
        ),
      ),
    ),
  );
  const answers = described
    .flatMap(({ results }) => results)
    .map(({ errorCode, errorMessage, ...answer }) => {
      if (errorCode === 0) return answer;
      return { ...answer, refusal: toRefusal(errorCode, errorMessage) };
    });
  const refused = answers.flatMap((answer) => ("refusal" in answer ? [answer] : []));
  return {
    configs: new Map(
      answers
        .filter((answer) => !("refusal" in answer))
        .map(({ resourceName, configs }) => [
          resourceName,
          {
            values: new Map(configs.map(({ name, value }) => [name, value ?? ""])),
            own: new Set(
              configs.filter(({ configSource }) => configSource === setOnTopic).map(({ name }) => name),
            ),
          },
        ]),
    ),
    missing: new Set(
      refused.filter(({ refusal }) => refusal.code === unknownTopic).map(({ resourceName }) => resourceName),
    ),
    refusals: new Map(
      refused
        .filter(({ refusal }) => refusal.code !== unknownTopic)
        .map(({ resourceName, refusal }) => [resourceName, refusal]),
    ),
  };
}

const unknownTopic = "UNKNOWN_TOPIC_OR_PARTITION";
