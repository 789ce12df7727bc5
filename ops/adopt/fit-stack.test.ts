import { expect, test } from "vitest";
import { readStack } from "../../infra/stack.ts";
import { renderCatalogue } from "./catalogue-source.ts";
import { fitStack } from "./fit-stack.ts";

test("Adopted topics are exempt from the limits that they do not keep, and have no default of the stack", () => {
  const { stack } = readStack("kafka-topics", "prod", {
    "kafka-topics:namePattern": "{domain}\\..*",
    "kafka-topics:maxPartitions": "10",
    "kafka-topics:minRetention": "1 hour",
    "kafka-topics:defaults": '[{"topics":"old*","config":{"flush.ms":1,"retention.ms":1}}]',
  });
  if (!stack) throw new Error("the settings are valid");
  const topics = [
    { name: "payments.new", partitions: 3, replicationFactor: 1, config: { "retention.ms": "3600000" } },
    { name: "old", partitions: 12, replicationFactor: 1, config: { "retention.ms": "1" } },
  ];
  const adopted = fitStack(topics, stack, "infra/topics/payments.ts");
  expect(renderCatalogue(adopted)).toBe(`import type { Catalogue } from "../topic.ts";
import { hours } from "../topic-config.ts";

export const topics = {
  old: {
    partitions: 12,
    replicationFactor: 1,
    config: { "flush.ms": null, "retention.ms": 1 },
    exempt: {
      maxPartitions: "adopted from the cluster",
      minRetention: "adopted from the cluster",
      namePattern: "adopted from the cluster",
    },
  },

  "payments.new": {
    partitions: 3,
    replicationFactor: 1,
    config: { "retention.ms": hours(1) },
  },
} satisfies Catalogue;
`);
});
