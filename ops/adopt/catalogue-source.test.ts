import { expect, test } from "vitest";
import { renderCatalogue } from "./catalogue-source.ts";

const topic = { name: "a", partitions: 3, replicationFactor: 2, config: {} };

/** Renders one config as in the file. */
function render(key: string, value: string): string {
  const line = renderCatalogue([{ ...topic, config: { [key]: value } }])
    .split("\n")
    .find((text) => text.includes("config:"));
  return line?.trim() ?? "";
}

test.for([
  ["retention.ms", "604800000", "days(7)"],
  ["retention.ms", "5400000", "minutes(90)"],
  ["retention.ms", "1500", "1_500"],
  ["retention.ms", "-1", "-1"],
  ["retention.ms", "9223372036854775807", "noLimit"],
  ["retention.ms", "9223372036854775806", "9223372036854775806n"],
  ["max.message.bytes", "1048588", "1_048_588"],
  ["segment.bytes", "104857600", "mebibytes(100)"],
  // On Kafka 3.
  ["segment.bytes", "65536", "kibibytes(64)"],
  ["min.cleanable.dirty.ratio", "0.5", "0.5"],
  ["min.cleanable.dirty.ratio", "1.0E-4", "0.0001"],
  ["preallocate", "false", "false"],
  ["cleanup.policy", "compact,delete", '["compact", "delete"]'],
  ["cleanup.policy", "compact", '"compact"'],
  ["cleanup.policy", "", "[]"],
  ["compression.type", "zstd", '"zstd"'],
  ["leader.replication.throttled.replicas", "0:1,1:2", '["0:1", "1:2"]'],
] as const)("%s=%s is written as %s", ([key, value, source]) => {
  expect(render(key, value)).toContain(
    `${JSON.stringify(key)}: ${source} }`.replace('"preallocate"', "preallocate"),
  );
});

test("Only the helpers that are used are imported, and topics and configs are sorted", () => {
  const config = { "retention.ms": "3600000", "cleanup.policy": "delete" };
  expect(
    renderCatalogue([{ ...topic, name: "b.c", config }, topic]),
  ).toBe(`import type { Catalogue } from "../topic.ts";
import { hours } from "../topic-config.ts";

export const topics = {
  a: {
    partitions: 3,
    replicationFactor: 2,
  },

  "b.c": {
    partitions: 3,
    replicationFactor: 2,
    config: { "cleanup.policy": "delete", "retention.ms": hours(1) },
  },
} satisfies Catalogue;
`);
});

test("Configs that Kafka does not have are written as other configs", () => {
  const config = { "vendor.tier": "hot", "retention.ms": "1", "message.format.version": "2.8-IV1" };
  expect(renderCatalogue([{ ...topic, config }])).toContain(`
    config: { "retention.ms": 1 },
    otherConfig: { "message.format.version": "2.8-IV1", "vendor.tier": "hot" },
`);
});

test("A value that a catalogue cannot express is never written", () => {
  expect(() => render("compression.type", "brotli")).toThrow(
    'a: compression.type is "brotli", which a catalogue cannot express',
  );
});

test("A file in a directory has the imports for it, and a comment says why a topic gets no records", () => {
  const comments = new Map([["a", "Its newest records are not JSON (partition 0, offset 41)."]]);
  expect(
    renderCatalogue(
      [{ ...topic, config: { "retention.ms": "3600000" }, smoke: "dry-run" }],
      comments,
      "../../..",
    ),
  ).toBe(`import type { Catalogue } from "../../../topic.ts";
import { hours } from "../../../topic-config.ts";

export const topics = {
  a: {
    partitions: 3,
    replicationFactor: 2,
    config: { "retention.ms": hours(1) },
    // Its newest records are not JSON (partition 0, offset 41).
    smoke: "dry-run",
  },
} satisfies Catalogue;
`);
});
