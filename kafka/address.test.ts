import { expect, test } from "vitest";
import {
  isAddress,
  joinAddress,
  restoreAddresses,
  restoreHost,
  splitAddress,
  withoutColons,
} from "./address.ts";

test("An IPv6 address is in brackets, and kafkajs gets it without colons", () => {
  for (const address of ["[::1]:9092", "[2001:db8::7]:19092", "[::ffff:10.0.0.1]:9092"]) {
    const { host, port } = splitAddress(address);
    expect(joinAddress(host, port)).toBe(address);
    const [changed = "", ...rest] = withoutColons(address).split(":");
    expect(rest).toEqual([String(port)]);
    expect(restoreHost(changed)).toBe(host);
    expect(restoreAddresses(`connect to ${withoutColons(address)} failed`)).toBe(
      `connect to ${address} failed`,
    );
  }
});

test("Other addresses stay as they are", () => {
  for (const address of ["10.0.0.1:9092", "broker-1.example.org:9092"]) {
    const { host, port } = splitAddress(address);
    expect(joinAddress(host, port)).toBe(address);
    expect(withoutColons(address)).toBe(address);
    expect(restoreHost(host)).toBe(host);
    expect(restoreAddresses(address)).toBe(address);
  }
});

test("An address has a host and a port from 1 to 65535", () => {
  for (const address of ["a:1", "a:65535", "10.0.0.1:9092", "[::1]:9092", "[::ffff:10.0.0.1]:9092"])
    expect(isAddress(address), address).toBe(true);
  for (const text of [
    "a:0",
    "a:65536",
    "a:99999",
    "a:",
    ":9092",
    "[a]:9092",
    "[::1:9092",
    "[:::]:9092",
    "::1:9092",
  ])
    expect(isAddress(text), text).toBe(false);
});

test("A long text is restored in linear time", () => {
  const text = "a".repeat(500_000);
  expect(restoreAddresses(text)).toBe(text);
});
