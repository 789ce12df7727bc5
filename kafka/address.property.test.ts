import fc from "fast-check";
import { expect } from "vitest";
import { damage, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import {
  isAddress,
  joinAddress,
  restoreAddresses,
  restoreHost,
  splitAddress,
  withoutColons,
} from "./address.ts";

const hosts = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.constantFrom("localhost", "broker_1", "::1"));
const parts = fc.record({ host: hosts, port: fc.integer({ min: 1, max: 65_535 }) });
const addresses = parts.map(({ host, port }) => joinAddress(host, port));

testProperty(
  "A host and a port are joined to an address, and the address is split into them",
  parts,
  (given) => {
    const address = joinAddress(given.host, given.port);
    expect(isAddress(address)).toBe(true);
    expect(splitAddress(address)).toEqual(given);
  },
);

testProperty(
  "A text is an address only if it has a host and a port from 1 to 65535",
  fc.oneof(
    damage(addresses),
    fc.tuple(hosts, oddText).map(([host, port]) => `${host}:${port}`),
    oddText,
  ),
  (text) => {
    if (!isAddress(text)) return;
    const { host, port } = splitAddress(text);
    expect(host).toMatch(/^[^\s,[\]]+$/);
    expect([1, 65_535, port].sort((a, b) => a - b)[1]).toBe(port);
    expect(joinAddress(host, port)).toBe(text.replace(/:0+(?=\d+$)/, ":"));
  },
);

testProperty(
  "kafkajs splits an address without colons at its only colon, and texts with it are restored",
  fc.tuple(addresses, damage(fc.constant("connect to ")), damage(fc.constant(" failed"))),
  ([address, before, after]) => {
    const changed = withoutColons(address);
    const [host = "", ...ports] = changed.split(":");
    expect(ports).toEqual([String(splitAddress(address).port)]);
    expect(restoreHost(host)).toBe(splitAddress(address).host);
    expect(restoreAddresses(`${before} ${changed} ${after}`)).toBe(`${before} ${address} ${after}`);
  },
);
