import { expect, test } from "vitest";
import { joinAddress, restoreAddresses, restoreHost, splitAddress, withoutColons } from "./address.ts";

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
