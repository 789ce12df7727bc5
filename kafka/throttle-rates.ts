import { ProtocolError } from "@platformatic/kafka";
import { ignoreBrokerError } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { brokerResource, readLiveConfigs } from "./live-configs.ts";
import { readReassignments } from "./reassignments.ts";
import type { Refusals } from "./refusal.ts";
import { alterConfigs } from "./set-configs.ts";
import { throttleRates } from "./throttles.ts";

/** A throttle for the replication of topics; see docs/decisions/15-replicas-move-before-the-update.md. */
export type Throttle = {
  /** The address of each broker that is up, by its id. */
  readonly addresses: ReadonlyMap<number, string>;
  readonly bytesPerSecond: number;
};

/** The rates that are set on a broker, by key. */
export type Rates = ReadonlyMap<string, string>;

/** For each answer about rates that an interrupted update may have left. */
const leftoverTimeoutMs = 3_000;

/** Returns the keys of a broker's rates that are those of a throttle. */
export function ownKeys(rates: Rates, { bytesPerSecond }: Throttle): string[] {
  return [...rates].flatMap(([key, value]) => (value === String(bytesPerSecond) ? [key] : []));
}

/** Whether a broker has the rates of a throttle, and no others. */
export function isOwnRate(rates: Rates, throttle: Throttle): boolean {
  return rates.size > 0 && ownKeys(rates, throttle).length === rates.size;
}

/** Whether a broker has a rate that is not that of a throttle. */
export function isOtherRate(rates: Rates, throttle: Throttle): boolean {
  return ownKeys(rates, throttle).length < rates.size;
}

/**
 * Reads the rates that are set on brokers, by broker in ascending order, and by key. A broker is left out if it does not answer,
 * or if the principal may not DESCRIBE_CONFIGS of the cluster.
 */
export async function readRates(
  connection: Connection,
  addresses: ReadonlyMap<number, string>,
): Promise<Map<number, Rates>> {
  const read = await Promise.all(
    [...addresses].map(async ([id, address]) => {
      // Only the broker itself returns its configs.
      const read = await readLiveConfigs(at(connection, address), [String(id)], brokerResource).catch(
        ignoreBrokerError,
      );
      const own = read?.configs.get(String(id));
      if (!own) return [];
      const rates = throttleRates.flatMap((key) => {
        const value = own.values.get(key);
        return value ? [[key, value] as const] : [];
      });
      return [[id, new Map(rates)] as const];
    }),
  );
  return new Map(read.flat().sort(([a], [b]) => a - b));
}

/**
 * Finds the brokers with the rate of a throttle that take part in no reassignment: an interrupted update has left it. Finds
 * none if the principal may not DESCRIBE the cluster, or if the brokers do not answer.
 */
export async function findLeftRates(connection: Connection, throttle: Throttle): Promise<number[]> {
  const hurried = { ...connection, timeoutMs: Math.min(connection.timeoutMs, leftoverTimeoutMs) };
  const rated = await readRates(hurried, throttle.addresses);
  const own = [...rated].flatMap(([id, rates]) => (isOwnRate(rates, throttle) ? [id] : []));
  if (own.length === 0) return [];
  // Read after the rates: an update of another stack sets them before it starts reassignments.
  const moving = await readReassignments(hurried).catch(ignoreBrokerError);
  return moving ? own.filter((id) => !moving.some(({ replicas }) => replicas.includes(id))) : [];
}

/**
 * Sets or removes rates of brokers.
 * @param configs by broker and key; null for a rate that is removed
 * @throws ProtocolError if a broker refuses it, UnreachableError if one does not answer
 */
export async function changeRates(
  connection: Connection,
  { addresses }: Throttle,
  configs: ReadonlyMap<number, Readonly<Record<string, string | null>>>,
): Promise<void> {
  const changes = await Promise.allSettled(
    [...configs].map(([id, config]) =>
      alter(at(connection, addresses.get(id) ?? ""), [{ name: String(id), config }], {
        resourceType: brokerResource,
      }),
    ),
  );
  for (const change of changes) if (change.status === "rejected") throw change.reason;
}

/** @throws ProtocolError if a broker refuses a change */
export async function alter(...change: Parameters<typeof alterConfigs>): Promise<void> {
  throwFirst(await alterConfigs(...change));
}

/** @throws ProtocolError with the name of the topic or broker and the broker's words, if there is a refusal */
export function throwFirst(refusals: Refusals): void {
  const [refused] = refusals;
  if (!refused) return;
  const [name, { code, words }] = refused;
  // The client's own message is the same for all errors of a code.
  throw Object.assign(new ProtocolError(code, words), { message: `${name}: ${words}` });
}

function at(connection: Connection, address: string): Connection {
  return { ...connection, bootstrapServers: [address] };
}
