import type { Connection } from "./connection.ts";
import type { Copy } from "./plan-moves.ts";
import { alterConfigs } from "./set-configs.ts";
import { type Lists, ownerOf, readLists } from "./throttle-lists.ts";
import {
  alter,
  changeRates,
  isOtherRate,
  isOwnRate,
  ownKeys,
  readRates,
  type Throttle,
  throwFirst,
} from "./throttle-rates.ts";
import { throttledReplicas, throttleRates } from "./throttles.ts";

const [leaderList, followerList] = throttledReplicas;

/** What is throttled: brokers by their rates, topics by their lists of replicas. */
export type Throttled = { readonly brokers: readonly number[]; readonly topics: readonly string[] };

/** The throttle that this process has set. */
export type OwnThrottle = {
  /** The brokers whose rates it has set. */
  readonly brokers: readonly number[];
  readonly lists: ReadonlyMap<string, Lists>;
  /** What others had throttled before, which stays as it is. */
  readonly others: Throttled;
};

/** What `endThrottle` does not remove, and others have not set before. */
export type LeftThrottle = {
  /**
   * Brokers that take part in another reassignment, or do not answer, and topics with a broker in their lists whose rate is
   * unknown.
   */
  readonly left: Throttled;
  /** What this process has set, and others have changed. */
  readonly changed: Throttled;
};

const none: Throttled = { brokers: [], topics: [] };

/**
 * Throttles the copying of partitions, except where others have set a throttle. Sets the rates before the lists of replicas: a
 * list without a rate is then never ours.
 * @param topics other topics whose throttles `endThrottle` is to judge: with our rates, others' lists would look like ours
 * @throws ProtocolError if a broker refuses it, UnreachableError if one that copies or is copied from does not answer
 */
export async function startThrottle(
  connection: Connection,
  copies: readonly Copy[],
  throttle: Throttle,
  topics: readonly string[] = [],
): Promise<OwnThrottle> {
  const byTopic = Map.groupBy(copies, ({ topic }) => topic);
  const [rated, before] = await Promise.all([
    readRates(connection, throttle.addresses),
    readLists(connection, [...new Set([...byTopic.keys(), ...topics])]),
  ]);
  const others = {
    brokers: [...rated].flatMap(([id, rates]) => (isOtherRate(rates, throttle) ? [id] : [])),
    topics: [...before].flatMap(([topic, lists]) =>
      ownerOf(lists, rated, throttle) === "others" ? [topic] : [],
    ),
  };
  const involved = new Set(copies.flatMap(({ from, to }) => [...from, ...to]));
  const isOwn = (id: number) => involved.has(id) && !others.brokers.includes(id);
  const brokers = [...throttle.addresses.keys()].filter(isOwn).sort((a, b) => a - b);
  // A list with a broker that others throttle would count as theirs.
  const list = (some: readonly Copy[], brokersOf: (copy: Copy) => readonly number[]) =>
    some
      .flatMap((copy) => brokersOf(copy).map((id) => ({ id, replica: `${copy.partition}:${id}` })))
      .flatMap(({ id, replica }) => (isOwn(id) ? [replica] : []))
      .join();
  const lists = new Map(
    [...byTopic].flatMap(([topic, some]) => {
      const set = {
        [leaderList]: list(some, ({ from }) => from),
        [followerList]: list(some, ({ to }) => to),
      };
      const isOurs = !others.topics.includes(topic) && Object.values(set).some(Boolean);
      return isOurs ? [[topic, set] as const] : [];
    }),
  );
  const config = Object.fromEntries(throttleRates.map((key) => [key, String(throttle.bytesPerSecond)]));
  await changeRates(connection, throttle, new Map(brokers.map((id) => [id, config])));
  await alter(
    connection,
    [...lists].map(([name, config]) => ({ name, config })),
  );
  return { brokers, lists, others };
}

/**
 * Removes the throttle from topics and brokers, also one that a killed process has left. Others' throttles stay.
 * @param topics of the stack whose copies are complete
 * @param isBusy whether a broker takes part in another reassignment, so that its rate may still be needed
 * @param own what this process has set; by default nothing
 * @throws ProtocolError if a broker refuses it, UnreachableError if one does not answer any more
 */
export async function endThrottle(
  connection: Connection,
  topics: readonly string[],
  isBusy: (broker: number) => boolean,
  throttle: Throttle,
  own: OwnThrottle = { brokers: [], lists: new Map(), others: none },
): Promise<LeftThrottle> {
  const [rated, listed] = await Promise.all([
    readRates(connection, throttle.addresses),
    readLists(connection, topics),
  ]);
  const judged = Map.groupBy(listed.keys(), (topic) => {
    if (own.others.topics.includes(topic)) return "others";
    const [now, set] = [listed.get(topic) ?? {}, own.lists.get(topic)];
    if (!set) return ownerOf(now, rated, throttle);
    // Whatever the rates are now: someone may have changed them to copy faster.
    const isSame = throttledReplicas.every((key) => (now[key] ?? "") === set[key]);
    // A second update of the stack sets the lists of what is still to be copied.
    return isSame || ownerOf(now, rated, throttle) === "us" ? "us" : "changed";
  });
  const noLists = Object.fromEntries(throttledReplicas.map((key) => [key, null]));
  // Before the rates: without a rate, a list would no longer be ours if this process is killed.
  const refusals = await alterConfigs(
    connection,
    (judged.get("us") ?? []).map((name) => ({ name, config: noLists })),
  );
  const ours = new Map(
    [...rated].flatMap(([id, rates]) => {
      const keys = ownKeys(rates, throttle);
      const isOurs = keys.length > 0 && (isOwnRate(rates, throttle) || own.brokers.includes(id));
      return isOurs ? [[id, Object.fromEntries(keys.map((key) => [key, null]))] as const] : [];
    }),
  );
  await changeRates(connection, throttle, new Map([...ours].filter(([id]) => !isBusy(id))));
  // A topic may have been deleted meanwhile.
  throwFirst(new Map([...refusals].filter(([, { code }]) => code !== "UNKNOWN_TOPIC_OR_PARTITION")));
  const silent = own.brokers.filter((id) => !rated.has(id));
  const isChanged = (id: number) => isOtherRate(rated.get(id) ?? new Map(), throttle);
  return {
    left: { brokers: [...[...ours.keys()].filter(isBusy), ...silent], topics: judged.get("unknown") ?? [] },
    changed: { brokers: own.brokers.filter(isChanged), topics: judged.get("changed") ?? [] },
  };
}
