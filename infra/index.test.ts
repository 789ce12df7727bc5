import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

test("The program declares each topic of the catalogue by its name and exports what it deploys", async () => {
  const declared: pulumi.runtime.MockResourceArgs[] = [];
  const mocks = {
    newResource: (args: pulumi.runtime.MockResourceArgs) => {
      declared.push(args);
      return { id: args.name, state: args.inputs };
    },
    call: () => ({}),
  };
  await pulumi.runtime.setMocks(mocks, "kafka-topics", "test");
  pulumi.runtime.setAllConfig({
    "kafka:bootstrapServers": '["127.0.0.1:19092"]',
    "kafka:tlsEnabled": "false",
    "kafka-topics:maxReplicationFactor": "2",
  });
  const program = await import("./index.ts");
  await pulumi.runtime.disconnect();

  const topics = declared.filter(({ type }) => type === "kafka:index/topic:Topic");
  expect(topics.map(({ name }) => name).sort()).toEqual(Object.keys(program.topics).sort());
  for (const { name, inputs } of topics) {
    expect(inputs.name).toBe(name);
    expect(inputs.replicationFactor).toBeLessThanOrEqual(2);
  }
  expect(topics.find(({ name }) => name.startsWith("T100117"))?.inputs).toEqual({
    name: "T100117_jrtt_grade_advertiser_public_info",
    partitions: 6,
    replicationFactor: 2,
    config: {},
  });
  expect(program.bootstrapServers).toEqual(["127.0.0.1:19092"]);
  expect(program.topics.orders).toEqual({
    partitions: 6,
    replicationFactor: 2,
    config: { "min.insync.replicas": "2", "retention.ms": "2592000000" },
    smoke: "produce",
    sample: { orderId: "o-1", customerId: "c-42", total: 12.5, currency: "EUR" },
  });
});
