import { expect, test } from "vitest";
import { rights } from "../ops/rights.ts";
import { iamActionsOf } from "./iam-action.ts";

test("Every right has an action of AWS IAM", () => {
  const without = rights.filter(({ resource, operation }) => iamActionsOf(resource, operation).length === 0);
  expect(without).toEqual([]);
  expect(iamActionsOf("group", "READ")).toEqual(["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"]);
});
