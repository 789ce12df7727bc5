import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { evaluateCatalogue } from "./evaluate-catalogue.ts";
import { catalogueVariable, handOver, hashReviewed, readHandedOver } from "./evaluated-catalogue.ts";

test("A catalogue is handed over in a file that only its owner can read, until it is removed", async () => {
  const catalogue = await evaluateCatalogue();
  const { environment, remove } = handOver(catalogue);
  const file = environment[catalogueVariable] ?? "";
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readHandedOver(file)).toEqual(catalogue);
  expect(hashReviewed(readHandedOver(file), Buffer.from("a"))).toBe(
    hashReviewed(catalogue, Buffer.from("a")),
  );
  remove();
  expect(existsSync(file)).toBe(false);
  expect(() => readHandedOver(file)).toThrow("KAFKA_TOPICS_CATALOGUE");
});

test.for([
  "",
  "{}",
  "[{}]",
  '[{"place":"infra/topics/a.ts"}]',
  '[{"place":"infra/topics/a.ts","file":{"entries":[{"name":"a"}]}}]',
  '[{"place":"infra/topics/a.ts","file":{"entries":[],"more":1}}]',
  '[{"place":"infra/topics/a.ts","file":{"entries":[{"name":1,"data":{}}]}}]',
])("A file in another format is refused: %s", (text) => {
  const folder = mkdtempSync(join(tmpdir(), "kafka-topics-handed-over-"));
  try {
    writeFileSync(join(folder, "catalogue.json"), text);
    expect(() => readHandedOver(join(folder, "catalogue.json"))).toThrow("KAFKA_TOPICS_CATALOGUE: given ");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("The hash changes with each topic and with each byte of the stack's config", () => {
  const catalogueOf = (partitions: number) => [
    { place: "infra/topics/a.ts", file: { entries: [{ name: "a", data: { partitions } }] } },
  ];
  const hashes = [
    hashReviewed(catalogueOf(1), Buffer.from("config:")),
    hashReviewed(catalogueOf(2), Buffer.from("config:")),
    hashReviewed(catalogueOf(1), Buffer.from("config: ")),
    hashReviewed([], Buffer.from("config:")),
  ];
  expect(new Set(hashes).size).toBe(4);
  for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
});
