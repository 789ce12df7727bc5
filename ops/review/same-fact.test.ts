import { expect, test } from "vitest";
import type { ReportedFinding } from "../../infra/findings-file.ts";
import type { Change } from "./findings.ts";
import { isSameFact } from "./same-fact.ts";

const replaced: Change = { topic: "orders", op: "replace", risk: "data loss", code: "TOPIC_REPLACED" };
const cut: Change = {
  topic: "orders",
  op: "update",
  risk: "caution",
  code: "RETENTION_SHORTENED",
  key: "retention.ms",
  expected: "1000",
  observed: "2000",
};
const replacement: ReportedFinding = { code: "DATA_LOSS_REPLACE", topic: "orders", message: "replaced" };
const reset = { code: "CONFIG_RESET", topic: "orders", key: "retention.ms", message: "reset" } as const;

test.for([
  ["a replacement", replacement, replaced, true],
  ["a replacement of another topic", { ...replacement, topic: "orders.eu" }, replaced, false],
  ["a replacement where the topic is only changed", replacement, cut, false],
  ["a reset config", { ...reset, observed: "2000" }, cut, true],
  ["another value than the change begins from", { ...reset, observed: "3000" }, cut, false],
  ["another config", { ...reset, key: "segment.ms", observed: "2000" }, cut, false],
  ["a reset config of a topic that is replaced", { ...reset, observed: "2000" }, replaced, false],
  ["what no change says", { code: "NOT_ENOUGH_BROKERS", topic: "orders", message: "few" }, cut, false],
  ["what is about no topic", { code: "PREFLIGHT_OFF", message: "off" }, cut, false],
] as const)("A warning of %s is the same as the change or not", ([, warning, change, isSame]) => {
  expect(isSameFact(warning, change)).toBe(isSame);
});
