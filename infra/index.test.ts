import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

test("The program declares each topic of the catalogue by name and exports what it deploys", async () => {
  const declared: pulumi.runtime.MockResourceArgs[] = [];
  const mocks = {
    newResource: (args: pulumi.runtime.MockResourceArgs) => {
      declared.push(args);
      return { id: args.name, state: args.inputs };
    },
    call: () => ({ outputs: {} }),
  };
  await pulumi.runtime.setMocks(mocks, "kafka-topics", "test", false, "organization");
  const config = {
    "kafka:bootstrapServers": '["127.0.0.1:19092"]',
    "kafka:tlsEnabled": "false",
    "kafka-topics:maxReplicationFactor": "2",
    "kafka-topics:preflight": "off",
  };
  pulumi.runtime.setAllConfig(config);
  const { stackTraceLimit } = Error;
  const program = await import("./index.ts");
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  await pulumi.runtime.disconnect();

  const topics = declared.filter(({ type }) => type === "kafka:index/topic:Topic");
  expect(topics.map(({ name }) => name).sort()).toEqual(Object.keys(program.topics).sort());
  for (const { name, inputs } of topics) {
    expect(inputs.name).toBe(name);
    expect(inputs.replicationFactor).toBeLessThanOrEqual(2);
    const { smoke: _, sample: __, ...deployed } = program.topics[name] ?? {};
    expect(inputs).toEqual({ name, ...deployed });
  }
  expect(program.bootstrapServers).toEqual(["127.0.0.1:19092"]);
  expect(program.settings).toEqual(config);
  // main.mjs, which the engine runs, exports each output by name.
  expect({ ...(await import("./main.mjs")) }).toEqual({ ...program });
});
