import { joinAddress } from "../kafka/address.ts";
import { askBroker, type Broker, isBrokerError } from "../kafka/broker.ts";
import { toFailedConnections } from "../kafka/cluster-error.ts";
import type { Connection } from "../kafka/connection.ts";
import { principalOf } from "../kafka/connection.ts";
import { readConfiguredTopics, readLiveCluster } from "../kafka/live-cluster.ts";
import { withMoves } from "../kafka/moves.ts";
import { findMoving } from "../kafka/moving-topics.ts";
import { planMoves } from "../kafka/plan-moves.ts";
import { findUnreachable } from "../kafka/reachability.ts";
import { askUntilSettled } from "../kafka/retry.ts";
import { setConfigs } from "../kafka/set-configs.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import { tryAddPartitions, tryConfigs, tryCreate, tryReplace } from "../kafka/validate-only.ts";
import { findChangedCount, findChangedFactor } from "./changed-layout.ts";
import { findConflicts, warnOfCopies, warnOfRates, warnOfThrottles } from "./check-moves.ts";
import {
  type ChangedFactor,
  emptyPreflight,
  type Preflight,
  type PreflightError,
  type PreflightWarning,
} from "./findings.ts";
import { findThrottles } from "./foreign-throttles.ts";
import { tolerateLackedRights } from "./lacked-rights.ts";
import { findMissing } from "./missing-topics.ts";
import type { Origin } from "./origin.ts";
import {
  checkChange,
  checkLayout,
  checkMoves,
  checkPresence,
  explainRefusals,
  findChange,
  findChangedByHand,
  isReplacement,
  isResized,
  type TopicChange,
  type Validation,
  warnOf,
} from "./preflight-checks.ts";

/** The input of a preflight. */
export type Asked = {
  readonly connection: Connection;
  readonly origin: Origin;
  readonly topics: readonly TopicSpec[];
  /** All declared topics, including those that could not be parsed and are not in `topics`. */
  readonly declaredNames: readonly string[];
  /** The topics in the stack's state. */
  readonly managed: ReadonlyMap<string, TopicSpec>;
  /** Whether no update follows, so that rights to change something may be missing. */
  readonly isReview: boolean;
};

/** For each broker's answer to a connection; the system repeats the first packet after 1 s. */
const reachTimeoutMs = 2_000;

/** Runs the preflight: asks the cluster whether an update would succeed, with a few requests for any number of topics. */
export async function runPreflight(asked: Asked): Promise<Preflight> {
  const { connection } = asked;
  let server: string | undefined;
  try {
    return await askBroker(connection, (broker) => {
      server = addressOf(broker);
      return askAbout(asked, broker);
    });
  } catch (error) {
    if (!isBrokerError(error)) throw error;
    const observed = toFailedConnections(error, server);
    return { ...emptyPreflight, errors: [{ code: "CLUSTER_UNREACHABLE", observed }] };
  }
}

async function askAbout(
  { connection, origin, topics, declaredNames, managed, isReview }: Asked,
  broker: Broker,
): Promise<Preflight> {
  const principal = principalOf(connection);
  const names = [...new Set([...declaredNames, ...managed.keys()])];
  const cluster = await withMoves(connection, await readConfiguredTopics(broker, names));
  const live = new Map(cluster.topics.map((topic) => [topic.name, topic]));
  const seen = { cluster, live, managed, principal, origin };
  // Meanwhile the rest is checked.
  const leftRates = warnOfRates(connection, seen);
  leftRates.catch(() => {});

  const changes = topics.flatMap((topic) => findChange(topic, seen) ?? []);
  const resized = changes.filter((change) => !isReplacement(change) && isResized(change));
  const changedFactors = topics.flatMap((topic) => findChangedFactor(topic, seen, isReview));
  const factors = new Map([
    ...resized.map(({ topic }) => [topic.name, topic.replicationFactor] as const),
    ...changedFactors.flatMap(({ topic, expected, repair }) =>
      repair === "on" ? [[topic, expected] as const] : [],
    ),
  ]);
  const moves = factors.size > 0 ? await planMoves(connection, factors) : undefined;
  const disputed = new Set(moves?.conflicting.map(({ topic }) => topic));
  // A move that has just begun stops only changes of its topic: what would be restored can wait.
  const settled = changedFactors.map(
    (one): ChangedFactor => (disputed.has(one.topic) ? { ...one, repair: "later" } : one),
  );
  const restored = settled.filter(({ repair }) => repair === "on");
  const conflicts = moves
    ? findConflicts(moves, factors).filter(({ topic }) => !settled.some((one) => one.topic === topic))
    : [];
  const undisputed = changes.filter(({ topic }) => !conflicts.some((one) => one.topic === topic.name));
  // A move may be over before the reviewed update runs.
  const stopped = isReview ? [] : undisputed.flatMap(checkMoves);
  const misplaced = [...conflicts, ...undisputed.flatMap(checkLayout), ...stopped];
  const misplacedNames = new Set(misplaced.map((finding) => ("topic" in finding ? finding.topic : "")));
  const toTry = changes.filter(({ topic }) => !misplacedNames.has(topic.name));
  const specsOf = (some: readonly TopicChange[]) => some.map(({ topic }) => topic);
  const missing = findMissing(topics, declaredNames, seen);
  const throttles = topics.flatMap((topic) => findThrottles(topic, seen));
  const { repair } = origin.stack;
  const edited = topics.flatMap((topic) => findChangedByHand(topic, seen));
  const repairs = repair === "on" ? edited : [];
  const toCreate = topics.filter(
    ({ name }) => !live.has(name) && !managed.has(name) && !cluster.forbidden.includes(name),
  );
  const adopted = topics.map(({ name }) => name).filter((name) => live.has(name) && !managed.has(name));
  const isDeleting = [...managed.keys()].some((name) => !declaredNames.includes(name));
  const isUpdating =
    changes.length + repairs.length + restored.length + toCreate.length + adopted.length > 0 || isDeleting;
  // Meanwhile the broker validates the changes.
  const unreachable = isUpdating ? checkBrokers(broker) : Promise.resolve([]);
  // If the broker goes down, both fail.
  unreachable.catch(() => {});
  const replaced = specsOf(toTry.filter(isReplacement));
  const altered = specsOf(toTry.filter((change) => !isReplacement(change)));
  const grown = specsOf(toTry.filter(({ topic, before }) => topic.partitions > before.partitions));
  const validations: Validation[] = [
    { operation: "CREATE", refusals: await tryCreate(broker, toCreate) },
    { operation: "CREATE", refusals: await tryReplace(broker, replaced) },
    { operation: "ALTER_CONFIGS", refusals: await tryConfigs(broker, altered) },
    { operation: "ALTER_CONFIGS", refusals: await setConfigs(broker, repairs, { validateOnly: true }) },
    { operation: "ALTER", refusals: await tryAddPartitions(broker, grown) },
  ];
  const errors = [
    ...(await unreachable),
    ...missing.errors,
    ...checkPresence(topics, declaredNames, seen),
    ...misplaced,
    ...toTry.flatMap((change) => checkChange(change, seen)),
    ...validations.flatMap((validation) => explainRefusals(topics, validation, principal)),
  ];
  const warnings = [
    ...missing.unchanged.map((topic) => ({ code: "TOPIC_MISSING", topic, expected: "missing" }) as const),
    ...missing.gone.map((topic) => ({ code: "TOPIC_MISSING", topic, expected: "forgotten" }) as const),
    ...toTry.flatMap((change) => warnOf(change, throttles)),
    ...(moves ? warnOfCopies(moves, origin) : []),
    ...warnOfThrottles(topics, seen),
    ...(await leftRates),
    ...edited.map((one): PreflightWarning => ({ code: "CONFIG_CHANGED_BY_HAND", repair, ...one })),
    ...settled.map((one): PreflightWarning => ({ code: "REPLICATION_FACTOR_DIFFERS", ...one })),
    ...topics.flatMap((topic) => findChangedCount(topic, seen)),
    ...findMoving(cluster.topics).filter(({ topic }) => !stopped.some((error) => error.topic === topic)),
  ];
  const found = {
    adopted,
    repairs,
    factors: restored,
    gone: missing.gone,
    throttles,
  };
  if (!isReview) return { errors, warnings, ...found };
  const tolerated = tolerateLackedRights(errors, principal);
  return { errors: tolerated.errors, warnings: [...warnings, ...tolerated.warnings], ...found };
}

/**
 * Checks the addresses that the brokers advertise. Before its first operation, the provider connects to every broker in
 * the metadata, and all operations fail if one of them cannot be reached (`populateAPIVersions` of its client). One that
 * refuses connections is restarting, or the metadata leaves it out in a moment.
 */
async function checkBrokers(broker: Broker): Promise<PreflightError[]> {
  const connected = addressOf(broker);
  const { expected, observed } = await askUntilSettled(
    async () => {
      const { addresses } = await readLiveCluster(broker, []);
      const others = [...addresses].filter(([, address]) => address !== connected);
      return { expected: addresses.size, observed: await findUnreachable(new Map(others), reachTimeoutMs) };
    },
    ({ observed }) => {
      const isSettled = observed.length === 0 || observed.some(({ code }) => code !== "CONNECTION_REFUSED");
      return isSettled ? undefined : { error: "CONNECTION_REFUSED" };
    },
  );
  return observed.length > 0 ? [{ code: "BROKER_UNREACHABLE", expected, observed }] : [];
}

function addressOf({ host, port }: Broker): string {
  return joinAddress(host ?? "", port ?? 0);
}
