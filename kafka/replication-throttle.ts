import { ProtocolError } from "@platformatic/kafka";
import { isBrokerError } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { brokerResource, readLiveConfigs } from "./live-configs.ts";
import type { Copy } from "./plan-moves.ts";
import { alterConfigs } from "./set-configs.ts";
import { throttledReplicas, throttleRates } from "./throttles.ts";

const [leaderList, followerList] = throttledReplicas;

/** A throttle for the replication of topics; see docs/decisions/15-replicas-move-before-the-update.md. */
export type Throttle = {
  /** The address of each broker that is up, by its id. */
  readonly addresses: ReadonlyMap<number, string>;
  readonly bytesPerSecond: number;
};

/** What others throttle, which stays as it is. */
export type OtherThrottles = { readonly brokers: readonly number[]; readonly topics: readonly string[] };

/**
 * Throttles the copying of partitions, except where others have set a throttle. Sets the lists of replicas before the rates:
 * they are what the preflight finds if this process is killed.
 * @throws ProtocolError if a broker refuses it, UnreachableError if one that copies or is copied from does not answer
 */
export async function startThrottle(
  connection: Connection,
  copies: readonly Copy[],
  throttle: Throttle,
): Promise<OtherThrottles> {
  const byTopic = Map.groupBy(copies, ({ topic }) => topic);
  const { others } = await readThrottles(connection, [...byTopic.keys()], throttle);
  const involved = new Set(copies.flatMap(({ from, to }) => [...from, ...to]));
  const own = [...throttle.addresses].filter(([id]) => involved.has(id) && !others.brokers.includes(id));
  // A list with a broker that others throttle would count as theirs.
  const list = (some: readonly Copy[], brokersOf: (copy: Copy) => readonly number[]) =>
    some
      .flatMap((copy) => brokersOf(copy).map((id) => ({ id, replica: `${copy.partition}:${id}` })))
      .flatMap(({ id, replica }) => (others.brokers.includes(id) ? [] : [replica]))
      .join();
  const lists = [...byTopic]
    .filter(([topic]) => !others.topics.includes(topic))
    .map(([topic, some]) => ({
      name: topic,
      config: { [leaderList]: list(some, ({ from }) => from), [followerList]: list(some, ({ to }) => to) },
    }));
  await alter(connection, lists);
  const config = Object.fromEntries(throttleRates.map((key) => [key, String(throttle.bytesPerSecond)]));
  await Promise.all(
    own.map(([id, address]) =>
      alter(at(connection, address), [{ name: String(id), config }], { resourceType: brokerResource }),
    ),
  );
  return { ...others, brokers: others.brokers.filter((id) => involved.has(id)) };
}

/**
 * Removes the throttle from topics and brokers, also one that a killed process has left. Others' throttles stay.
 * @param topics of the stack whose copies are complete
 * @param isBusy whether a broker takes part in another reassignment, so that its rate may still be needed
 * @returns the topics whose lists stay, because the rate of a broker in them is unknown or still needed
 */
export async function endThrottle(
  connection: Connection,
  topics: readonly string[],
  isBusy: (broker: number) => boolean,
  throttle: Throttle,
): Promise<readonly string[]> {
  const { rated, lists } = await readThrottles(connection, topics, throttle);
  const own = [...rated].flatMap(([id, values]) => (isOurs(values, throttle) && !isBusy(id) ? [id] : []));
  // The rates first: a list without a rate throttles nothing, and the preflight still finds it.
  const noRates = Object.fromEntries(throttleRates.map((key) => [key, null]));
  await Promise.all(
    own.map((id) =>
      alter(at(connection, throttle.addresses.get(id) ?? ""), [{ name: String(id), config: noRates }], {
        resourceType: brokerResource,
      }),
    ),
  );
  const keepsRate = (id: number) => isBusy(id) && isOurs(rated.get(id) ?? new Map(), throttle);
  const cleared = [...lists].flatMap(([topic, brokers]) =>
    brokers.every((id) => rated.has(id) && !keepsRate(id)) ? [topic] : [],
  );
  const config = Object.fromEntries(throttledReplicas.map((key) => [key, null]));
  await alter(
    connection,
    cleared.map((name) => ({ name, config })),
  );
  return [...lists.keys()].filter((topic) => !cleared.includes(topic));
}

type Rates = ReadonlyMap<string, string>;

/** Whether all rates of a broker are those of the throttle. */
function isOurs(values: Rates, { bytesPerSecond }: Throttle): boolean {
  return values.size > 0 && [...values.values()].every((value) => value === String(bytesPerSecond));
}

/**
 * Reads what is throttled. Others have throttled the brokers with another rate, and topics of which all replicas are listed,
 * or some on such a broker.
 */
async function readThrottles(connection: Connection, topics: readonly string[], throttle: Throttle) {
  const rated = await readRates(connection, throttle.addresses);
  const isOthers = (values: Rates) => values.size > 0 && !isOurs(values, throttle);
  const brokers = [...rated].flatMap(([id, values]) => (isOthers(values) ? [id] : []));
  const { configs } = await readLiveConfigs(connection, topics);
  const listed = [...configs].flatMap(([topic, { own, values }]) => {
    const texts = throttledReplicas.flatMap((key) => (own.has(key) ? (values.get(key) ?? "") : []));
    return texts.length > 0
      ? [{ topic, replicas: texts.flatMap((text) => text.split(",").filter(Boolean)) }]
      : [];
  });
  const brokerOf = (replica: string) => Number(replica.split(":")[1]);
  const isTheirs = ({ replicas }: { readonly replicas: readonly string[] }) =>
    replicas.some((one) => one === "*" || brokers.includes(brokerOf(one)));
  const ours = listed.filter((one) => !isTheirs(one));
  return {
    /** The rates of each broker that answered, by its id. */
    rated,
    others: { brokers, topics: listed.filter(isTheirs).map(({ topic }) => topic) },
    /** The brokers in the lists of each topic that nobody else has throttled. */
    lists: new Map(ours.map(({ topic, replicas }) => [topic, [...new Set(replicas.map(brokerOf))]] as const)),
  };
}

/**
 * Reads the rates that are set on brokers, by broker and key. A broker is left out if it does not answer, or if the principal
 * may not DESCRIBE_CONFIGS of the cluster.
 */
async function readRates(
  connection: Connection,
  addresses: ReadonlyMap<number, string>,
): Promise<Map<number, Rates>> {
  const read = await Promise.all(
    [...addresses].map(async ([id, address]) => {
      try {
        // Only the broker itself returns its configs.
        const { configs } = await readLiveConfigs(at(connection, address), [String(id)], brokerResource);
        const own = configs.get(String(id));
        if (!own) return [];
        return [
          [
            id,
            new Map(
              throttleRates.flatMap((key) => {
                const value = own.values.get(key);
                return value ? [[key, value] as const] : [];
              }),
            ),
          ] as const,
        ];
      } catch (error) {
        if (!isBrokerError(error)) throw error;
        return [];
      }
    }),
  );
  return new Map(read.flat());
}

function at(connection: Connection, address: string): Connection {
  return { ...connection, bootstrapServers: [address] };
}

/** @throws ProtocolError if a broker refuses a change */
async function alter(...change: Parameters<typeof alterConfigs>): Promise<void> {
  const [refused] = (await alterConfigs(...change)).values();
  if (refused) throw new ProtocolError(refused.code, refused.words);
}
