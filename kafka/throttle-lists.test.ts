import { expect, test } from "vitest";
import { ownerOf } from "./throttle-lists.ts";
import { throttledReplicas, throttleRates } from "./throttles.ts";

const [leaders, followers] = throttledReplicas;
const [sent, received] = throttleRates;

test.for<[what: string, leaders: string, rates: Record<number, readonly string[]>, owner: string]>([
  ["with our rate on all brokers", "0:1,1:2", { 1: ["5", "5"], 2: ["5", "5"] }, "us"],
  ["with our rate on one broker", "0:1,1:2", { 1: ["5", "5"], 2: [] }, "us"],
  ["without any rate", "0:1,1:2", { 1: [], 2: [] }, "others"],
  ["with another rate on one broker", "0:1,1:2", { 1: ["5", "5"], 2: ["6"] }, "others"],
  ["with our rate and another one on the same broker", "0:1", { 1: ["5", "6"] }, "others"],
  ["of all replicas", "*", { 1: ["5", "5"], 2: ["5", "5"] }, "others"],
  ["with a broker that does not answer", "0:1,1:3", { 1: ["5", "5"] }, "unknown"],
  ["with such a broker and another rate", "0:1,1:3", { 1: ["6"] }, "others"],
])("Who has set a list %s", ([, list, rates, owner]) => {
  const rated = Object.entries(rates).map(([id, values]) => {
    const keys = [sent, received].slice(0, values.length);
    return [Number(id), new Map(keys.map((key, at) => [key, values[at] ?? ""]))] as const;
  });
  const throttle = { addresses: new Map(), bytesPerSecond: 5 };
  expect(ownerOf({ [leaders]: list, [followers]: "" }, new Map(rated), throttle)).toBe(owner);
});
