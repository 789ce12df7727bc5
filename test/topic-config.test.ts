import { join } from "node:path";
import { runInNewContext } from "node:vm";
import {
  ConfigResourceTypes,
  ConfigSources,
  describeConfigsV4,
  describeLogDirsV4,
} from "@platformatic/kafka";
import ts from "typescript";
import { expect, test } from "vitest";
import { z } from "zod";
import * as typedConfigs from "../infra/topic-config.ts";
import { askBroker } from "../kafka/broker.ts";
import { readLiveConfigs } from "../kafka/live-configs.ts";
import { root } from "../machine/paths.ts";
import { testConnection } from "./shared-cluster.ts";
import { type Config, createConfigured, requestTopics } from "./topic-requests.ts";

type TopicConfig = typedConfigs.TopicConfig;
type JsonSchema = z.core.JSONSchema.JSONSchema;

const { topicConfig, noLimit, seconds, minutes, hours, days, kibibytes, mebibytes, gibibytes } = typedConfigs;
const timeoutMs = 30_000;

const throttled = [[], ["0:1"], ["0:1", "0:2", "11:1001"], ["2147483647:2147483647"]];

/** Typical values, in addition to bounds and enum members, which the test derives from the schema. */
const typicalValues: { [Key in keyof TopicConfig]: NonNullable<TopicConfig[Key]>[] } = {
  "cleanup.policy": [[], ["compact"], ["compact", "delete"], ["delete", "compact"]],
  "delete.retention.ms": [hours(1), days(0.1)],
  "flush.ms": [seconds(1)],
  "follower.replication.throttled.replicas": throttled,
  "index.interval.bytes": [kibibytes(4)],
  "leader.replication.throttled.replicas": throttled,
  "max.message.bytes": [mebibytes(1) + 12, mebibytes(0.1)],
  "min.cleanable.dirty.ratio": [0.5, 0.01, 0.001, 0.0001, 0.00012, 1e-7, 1.5e-7, 1 / 3, 1 / 3000],
  "min.compaction.lag.ms": [minutes(90)],
  "retention.bytes": [0, gibibytes(50)],
  "retention.ms": [0, days(7), days(365)],
  "segment.bytes": [mebibytes(16), gibibytes(1)],
};

test("The typed configs are exactly those of the broker", async () => {
  const defaults = await readBrokerDefaults();
  expect(Object.keys(topicConfig.shape).sort()).toEqual(Object.keys(defaults).sort());
});

test("The documentation of each config has its unit, and ends with the broker's default", async () => {
  const docs = readEditorDocs();
  const defaults = docs.map(([key, doc]) => {
    const typed = runInNewContext(/ Kafka's default: (.+)\.$/.exec(doc)?.[1] ?? "", { ...typedConfigs });
    return render(key, typed);
  });
  expect(Object.assign({}, ...defaults)).toEqual(await readBrokerDefaults());
  for (const unit of ["ms", "bytes"]) {
    for (const [key, doc] of docs) if (key.endsWith(`.${unit}`)) expect(doc, key).toContain(`, in ${unit}`);
  }
});

test("The broker returns every kind of value unchanged; these brokers refuse tiered storage and the small segments of Kafka 3", async () => {
  const configs = Object.entries(inputSchemas()).flatMap(([key, schema]) => {
    const values = [...outermostValues(schema), ...(typicalValues[key as keyof TopicConfig] ?? [])];
    return values.map((value) => render(key, value));
  });
  const { created, refused } = await createConfigured(configs);
  expect(refused).toEqual([
    {
      config: { "remote.storage.enable": "true" },
      reason: expect.stringContaining("Tiered Storage functionality is disabled in the broker."),
    },
    { config: { "segment.bytes": "14" }, reason: expect.stringContaining("must be at least 1048576") },
  ]);

  expect(await readOwnConfigs(Object.keys(created))).toEqual(created);
  // The broker accepts some values with which it cannot open the partition.
  const readClosed = async () => {
    const open = await readOpenTopics();
    return Object.entries(created).flatMap(([name, config]) => (open.has(name) ? [] : [config]));
  };
  await expect.poll(readClosed, { timeout: timeoutMs }).toEqual([]);
});

test("The broker also refuses numbers outside the bounds, except a size of -2 and an index that it cannot open", async () => {
  const beyond = Object.entries(inputSchemas()).flatMap(([key, { anyOf, ...schema }]) =>
    (anyOf ?? [schema]).flatMap(({ minimum, maximum }) => [
      ...(minimum !== undefined ? [{ [key]: String(minimum - 1) }] : []),
      // Larger numbers are not exact, and such sizes and times are effectively unlimited.
      ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? [{ [key]: String(maximum + 1) }] : []),
    ]),
  );
  const { created } = await requestTopics(beyond, true);
  expect(Object.values(created)).toEqual([{ "retention.bytes": "-2" }, { "segment.index.bytes": "11" }]);
});

function inputSchemas() {
  const { properties } = z.toJSONSchema(topicConfig, { io: "input", unrepresentable: "any" });
  return properties as Record<string, JsonSchema & { anyOf?: JsonSchema[] }>;
}

/** Returns each member of an enum, both booleans, or a number's bounds. */
function outermostValues(schema: JsonSchema): unknown[] {
  if (schema.anyOf) return schema.anyOf.flatMap((member) => outermostValues(member as JsonSchema));
  if (schema.enum) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  // JSON has no bigint, so nothing describes one.
  if (Object.keys(schema).length === 0) return [noLimit, 2n ** 53n];
  if (schema.type === "boolean") return [true, false];
  return [schema.minimum, schema.maximum].filter((bound) => bound !== undefined);
}

function render(key: string, value: unknown): Config {
  return topicConfig.parse({ [key]: value }) as Config;
}

/** Reads the documentation that an editor shows for each key of a topic's config. */
function readEditorDocs(): [key: string, doc: string][] {
  const file = join(root, "infra", "topic-config.ts");
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const program = ts.createProgram([file], ts.parseJsonConfigFileContent(config, ts.sys, root).options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const type = module && checker.getExportsOfModule(module).find(({ name }) => name === "TopicConfig");
  if (!type) throw new Error(`${file} exports no TopicConfig.`);
  const keys = checker.getDeclaredTypeOfSymbol(type).getProperties();
  return keys.map((key) => [key.name, ts.displayPartsToString(key.getDocumentationComment(checker))]);
}

/** Reads the configs that are set on each topic itself. */
async function readOwnConfigs(names: string[]): Promise<Record<string, Config>> {
  const live = [...(await readLiveConfigs(testConnection(), names)).configs];
  return Object.fromEntries(
    live.map(([name, { own, values }]) => [
      name,
      Object.fromEntries([...values].filter(([key]) => own.has(key))),
    ]),
  );
}

/** Finds the topics of which a broker has opened a partition. */
async function readOpenTopics(): Promise<Set<string>> {
  const answers = await Promise.all(
    testConnection().bootstrapServers.map((server) =>
      askBroker({ ...testConnection(), bootstrapServers: [server] }, (broker) =>
        describeLogDirsV4.api.async(broker, null),
      ),
    ),
  );
  const folders = answers.flatMap(({ results }) => results);
  return new Set(folders.flatMap(({ topics }) => topics.map(({ name }) => name)));
}

/** Reads the configs of a topic that sets none, on brokers that set none. */
async function readBrokerDefaults(): Promise<Config> {
  const { created } = await createConfigured([{}]);
  const [resourceName = ""] = Object.keys(created);
  const topic = { resourceType: ConfigResourceTypes.TOPIC, resourceName, configurationKeys: null };
  const { results } = await askBroker(testConnection(), (broker) =>
    describeConfigsV4.api.async(broker, [topic], true, false),
  );
  const configs = results.flatMap(({ configs }) => configs);
  return Object.fromEntries(
    configs.map(({ name, value, synonyms }) => {
      const byKafka = synonyms.find(({ source }) => source === ConfigSources.DEFAULT_CONFIG);
      return [name, byKafka?.value ?? value ?? ""];
    }),
  );
}
