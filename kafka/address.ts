import { isIPv6 } from "node:net";

/** Marks an IPv6 address that `withoutColons` has changed; no host name ends with it. */
const changed = ".ipv6";

/** Whether a text is `host:port`, with a port from 1 to 65535 and brackets around an IPv6 address. */
export function isAddress(text: string): boolean {
  const [, ipv6, port] = /^(?:[^\s,:[\]]+|\[(.+)\]):(\d+)$/.exec(text) ?? [];
  // A zone ("%eth0") is one of this machine's.
  const isHost = ipv6 === undefined || (isIPv6(ipv6) && !ipv6.includes("%"));
  return isHost && Number(port) >= 1 && Number(port) <= 65_535;
}

/** Joins a host and a port to `host:port`, with brackets around an IPv6 address. */
export function joinAddress(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Splits `host:port`; the host of `[::1]:9092` is `::1`. */
export function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
}

/** Writes an IPv6 address in a way that kafkajs can split, which takes everything after the first colon as the port. */
export function withoutColons(address: string): string {
  const { host, port } = splitAddress(address);
  return isIPv6(host) ? `${host.replaceAll(":", "-")}${changed}:${port}` : address;
}

/** Restores the addresses in a text, such as one of kafkajs's messages. */
export function restoreAddresses(text: string): string {
  // Without the look-behind, a long text would take quadratic time.
  return text.replace(/(?<![0-9a-f.-])[0-9a-f.-]+\.ipv6(?=:)/gi, (host) => `[${restoreHost(host)}]`);
}

/** Restores the host of an address that `withoutColons` may have changed. */
export function restoreHost(host: string): string {
  return host.endsWith(changed) ? host.slice(0, -changed.length).replaceAll("-", ":") : host;
}

/** Whether the host name of a URL is this machine, which no proxy is asked for. */
export function isThisMachine(host: string): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(host);
}
