import { expect, test } from "vitest";
import { findUnverified } from "./unverified-tls.ts";

const variable = { KAFKA_SKIP_VERIFY: "true" };

test.for([
  [{}, {}, []],
  [{ "kafka:skipTlsVerify": "true" }, {}, ["kafka:skipTlsVerify"]],
  // As in the stack's file.
  [{ "kafka:skipTlsVerify": true }, {}, ["kafka:skipTlsVerify"]],
  [{ "smoke:skipTlsVerify": "true" }, {}, ["smoke:skipTlsVerify"]],
  [{}, variable, ["KAFKA_SKIP_VERIFY"]],
  [{}, { REVIEW_KAFKA_SKIP_VERIFY: "true" }, ["REVIEW_KAFKA_SKIP_VERIFY"]],
  [{ "kafka:skipTlsVerify": "false" }, variable, []],
  [{ "kafka:tlsEnabled": "false" }, variable, []],
  [{ "kafka:skipTlsVerify": "false" }, { KAFKA_SKIP_VERIFY: "false" }, []],
  [{ "kafka:skipTlsVerify": "true" }, variable, ["kafka:skipTlsVerify"]],
] as const)("What switches the verification off: %j with %j", ([config, environment, found]) => {
  expect(findUnverified(config, environment)).toEqual(found);
});
