import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { splitAddress } from "./address.ts";
import { describeFailureAt } from "./describe-failure.ts";
import { countOf } from "./describe-value.ts";
import { classifyFailure, type Failure } from "./failure.ts";
import { waitUntilOpen } from "./transport.ts";

/** A broker that cannot be reached at the address that it advertises. */
export type UnreachableBroker = Failure & {
  /** Its id. */
  readonly broker: number;
  /** The advertised address, `host:port`. */
  readonly address: string;
};

/**
 * Opens a TCP connection and closes it again.
 * @param address `host:port`
 * @throws the error of the connection
 */
export async function tryAddress(address: string, timeoutMs?: number): Promise<void> {
  const socket = connect(splitAddress(address));
  try {
    await waitUntilOpen(socket, "connect", timeoutMs);
  } finally {
    socket.destroy();
  }
}

/**
 * Resolves the host of an address.
 * @param address `host:port`
 * @returns its IP addresses
 * @throws the error of the resolver
 */
export async function resolveHost(address: string): Promise<string[]> {
  const found = await lookup(splitAddress(address).host, { all: true });
  return [...new Set(found.map((one) => one.address))];
}

/**
 * Finds the brokers to which no TCP connection can be opened, all at the same time.
 * @param addresses what each broker advertises, by its id
 */
export async function findUnreachable(
  addresses: ReadonlyMap<number, string>,
  timeoutMs?: number,
): Promise<UnreachableBroker[]> {
  const tried = await Promise.all(
    [...addresses].map(async ([broker, address]) => {
      try {
        await tryAddress(address, timeoutMs);
        return [];
      } catch (error) {
        return [{ broker, address, ...classifyFailure(error) }];
      }
    }),
  );
  return tried.flat();
}

/** Up to this many brokers are described one by one. */
const mostDescribed = 3;

/**
 * Describes what brokers advertise, what was tried and what to do.
 * @param count of all brokers
 * @returns a line for all of them, then a line for each
 */
export function describeUnreachable(unreachable: readonly UnreachableBroker[], count: number): string[] {
  const others = unreachable.length - mostDescribed;
  return [
    `the cluster answers, but ${unreachable.length} of ${countOf(count, "broker")} cannot be reached at the address in ` +
      "advertised.listeners, and the provider connects to every broker. Make these addresses reachable from this machine, " +
      "or advertise others:",
    ...unreachable
      .slice(0, mostDescribed)
      .map(({ broker, address, ...failure }) =>
        describeFailureAt(`broker ${broker} advertises ${address}`, failure),
      ),
    ...(others > 0 ? [`and ${countOf(others, "other broker")}`] : []),
  ];
}
