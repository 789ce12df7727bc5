import { expect, test } from "vitest";
import { iamActionsOf } from "./iam-action.ts";
import { rights } from "./rights.ts";

test("Every right has an action of AWS IAM", () => {
  const without = rights.filter(({ resource, operation }) => iamActionsOf(resource, operation).length === 0);
  expect(without).toEqual([]);
  expect(iamActionsOf("group", "READ")).toEqual(["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"]);
});
