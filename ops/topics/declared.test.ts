import { expect, test } from "vitest";
import { findDeclared, renderDeclared, renderDeclaredJson } from "./declared.ts";

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

test("Owner and description are in the table if a topic has them, and always in the JSON", () => {
  const owner = { path: ["owner"], value: "payments", source: "infra/topics/a.ts: a.owner" };
  const topics = [{ name: "a", values: [owner, { path: ["description"], value: null }], exempt: {} }];
  expect(renderDeclared(topics)).toMatch(/owner +│ payments +│ infra\/topics\/a\.ts: a\.owner/);
  expect(renderDeclared(topics)).not.toContain("description");
  expect(JSON.parse(renderDeclaredJson("dev", topics)).topics[0].values[1]).toEqual({
    path: ["description"],
    value: null,
  });
});
