import { expect, test } from "vitest";
import { decodeOperations } from "./authorized-operations.ts";

test("The bit field of authorized operations has a bit for each operation", () => {
  expect(decodeOperations(0)).toEqual(new Set());
  expect(decodeOperations((1 << 3) | (1 << 8))).toEqual(new Set(["READ", "DESCRIBE"]));
  // What a broker without an authorizer returns for a topic, and for the cluster.
  expect([...decodeOperations(0b1101_1111_1000)]).toEqual([
    ...["READ", "WRITE", "CREATE", "DELETE", "ALTER", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS"],
  ]);
  expect([...decodeOperations(0b1_1111_1010_0000)]).toEqual([
    ...[
      "CREATE",
      "ALTER",
      "DESCRIBE",
      "CLUSTER_ACTION",
      "DESCRIBE_CONFIGS",
      "ALTER_CONFIGS",
      "IDEMPOTENT_WRITE",
    ],
  ]);
});

test("A bit field that the broker was not asked for has no operations", () => {
  expect(decodeOperations(-2147483648)).toEqual(new Set());
});
