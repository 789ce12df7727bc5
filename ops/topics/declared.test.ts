import { expect, test } from "vitest";
import { findDeclared, renderDeclared } from "./declared.ts";

test("The declared topics of a stack are listed with their values and sources, without the cluster", async () => {
  const topics = await findDeclared("dev");
  const orders = topics.find(({ name }) => name === "orders");
  expect(orders?.values).toContainEqual({
    path: ["config", "retention.ms"],
    value: "2592000000",
    source: 'infra/topics/orders.ts: orders.config["retention.ms"]',
  });
  expect(renderDeclared(topics)).toMatch(/retention\.ms +│ 30 days +│ infra\/topics\/orders\.ts/);
});
