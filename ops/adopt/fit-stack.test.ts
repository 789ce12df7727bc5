import { expect, test } from "vitest";
import { readStack } from "../../infra/stack.ts";
import { renderCatalogue } from "./catalogue-source.ts";
import { fitStack } from "./fit-stack.ts";

function read(name: string, settings: Record<string, string>) {
  const keys = Object.entries(settings).map(([key, value]) => [`kafka-topics:${key}`, value]);
  const { stack, problems } = readStack("kafka-topics", name, Object.fromEntries(keys));
  if (!stack || problems.length > 0) throw new Error("the settings are valid");
  return stack;
}

const prod = read("prod", {
  namePattern: "{domain}\\..*",
  maxPartitions: "10",
  minRetention: "1 hour",
  defaults: '[{"topics":"old*","config":{"flush.ms":1,"retention.ms":1}}]',
});
const fitting = {
  name: "payments.new",
  partitions: 3,
  replicationFactor: 1,
  config: { "retention.ms": "3600000" },
};
const old = { name: "old", partitions: 12, replicationFactor: 1, config: { "retention.ms": "1" } };
const place = "infra/topics/payments.ts";

test("Adopted topics are exempt from the limits that they do not keep, and have no default of the stack", () => {
  const adopted = fitStack([fitting, old], { stack: prod, others: [] }, place);
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

test("If the catalogue serves other stacks, their limits and defaults apply to adopted topics", () => {
  const others = [read("dev", {})];
  expect(renderCatalogue(fitStack([fitting, old], { stack: prod, others }, place))).toContain(`
  old: {
    partitions: 12,
    replicationFactor: 1,
    config: { "retention.ms": 1 },
    stacks: {
      prod: {
        config: { "flush.ms": null },
        exempt: {
          maxPartitions: "adopted from the cluster",
          minRetention: "adopted from the cluster",
          namePattern: "adopted from the cluster",
        },
      },
    },
  },

  "payments.new": {
    partitions: 3,
    replicationFactor: 1,
    config: { "retention.ms": hours(1) },
  },
}`);
  const large = { ...fitting, partitions: 12 };
  expect(renderCatalogue(fitStack([large], { stack: prod, others }, place))).toContain(
    '\n    stacks: { prod: { exempt: { maxPartitions: "adopted from the cluster" } } },\n',
  );
});

test("A topic gets no smoke mode of its own if all stacks leave it untouched anyway", () => {
  const smoke = (mode: string) => JSON.stringify([{ topics: "payments.*", mode, because: "Avro" }]);
  const [metadata, off, produce] = ["metadata", "off", "produce"].map((mode) =>
    read(mode, { smoke: smoke(mode) }),
  );
  if (!metadata || !off || !produce) throw new Error("there are three stacks");
  const adopt = (stack = metadata, others = [off]) =>
    fitStack([{ ...fitting, smoke: "dry-run" }], { stack, others }, place);
  expect(adopt()).toMatchObject([{ smokeOfStack: "metadata" }]);
  expect(
    renderCatalogue(adopt(), new Map([["payments.new", "Its newest records are not JSON."]])),
  ).not.toMatch(/smoke|JSON/);
  for (const written of [adopt(metadata, [produce]), adopt(metadata, [prod]), adopt(prod, [metadata])])
    expect(renderCatalogue(written)).toContain('smoke: "dry-run"');
});
