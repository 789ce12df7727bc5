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

const kept: Change = {
  topic: "orders",
  op: "repair",
  risk: "safe",
  code: "CONFIG_ALREADY_SET",
  key: "retention.ms",
  expected: "1000",
};

test.for([
  ["a replacement", replacement, replaced, true],
  ["a replacement of another topic", { ...replacement, topic: "orders.eu" }, replaced, false],
  ["a replacement if the topic is only changed", replacement, cut, false],
  ["a reset config", { ...reset, observed: "2000" }, cut, true],
  ["a config with a different observed value", { ...reset, observed: "3000" }, cut, false],
  ["another config", { ...reset, key: "segment.ms", observed: "2000" }, cut, false],
  ["a reset config of a topic that is replaced", { ...reset, observed: "2000" }, replaced, false],
  [
    "a config that was changed by hand and is reset",
    { ...reset, code: "CONFIG_CHANGED_BY_HAND" },
    kept,
    true,
  ],
  ["another one", { ...reset, code: "CONFIG_CHANGED_BY_HAND", key: "segment.ms" }, kept, false],
  [
    "a finding that no change covers",
    { code: "NOT_ENOUGH_BROKERS", topic: "orders", message: "few" },
    cut,
    false,
  ],
  ["a finding without a topic", { code: "PREFLIGHT_OFF", message: "off" }, cut, false],
] as const)("Whether the change covers the warning: %s", ([, warning, change, isSame]) => {
  expect(isSameFact(warning, change)).toBe(isSame);
});
