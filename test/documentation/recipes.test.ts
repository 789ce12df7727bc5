import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kafkaJars, root } from "../../machine/paths.ts";
import { describeTopics } from "../kafka-tools.ts";
import { sharedServers } from "../shared-cluster.ts";
import { growTopic, setConfig } from "../topic-requests.ts";
import { Workspace } from "../workspace.ts";
import { compile } from "./compiler.ts";
import type { Block } from "./document.ts";
import { PlannedBlocks } from "./planned-blocks.ts";
import { deleteGroups, produceOddRecords, produceRecords, readPositions, readRecords } from "./records.ts";
import { type RunOptions, readSteps, runBlock, typed } from "./transcript.ts";

// The recipes run one after the other, each on what the earlier ones have deployed.

const blocks = new PlannedBlocks(import.meta.url);
const take = (name: string) => blocks.take("docs/recipes.md", name);
const run = (name: string, options?: RunOptions) => runBlock(workspace, take(name), options);
const paymentsFile = "infra/topics/payments.ts";
/** Each version of each file that a recipe shows. */
const sources: Record<string, string> = {};
let workspace: Workspace;

beforeAll(async () => {
  workspace = new Workspace({}, { protect: true }, "prod");
  workspace.environment = typed;
  rmSync(join(workspace.folder, "infra", "topics", "team.ts"));
  workspace.writeCatalogue("orders.ts", readFileSync(join(root, "infra", "topics", "orders.ts"), "utf8"));
  await workspace.createStack();
});

afterAll(async () => {
  await workspace?.[Symbol.asyncDispose]();
  await deleteGroups();
});

/** Writes a sample to the file that its first line names. */
function write({ lines }: Block): void {
  save((lines[0] ?? "").replace("// ", ""), `${lines.join("\n")}\n`);
}

/** Applies a diff to the payments file. */
function patch({ document, name, lines }: Block): void {
  const textOf = (removed: string) =>
    lines
      .filter((line) => !line.startsWith(removed))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  replacePayments(textOf("+"), textOf("-"), `${document}, ${name}`);
}

function replacePayments(from: string, to: string, place = paymentsFile): void {
  const parts = readFileSync(join(workspace.folder, paymentsFile), "utf8").split(from);
  expect(parts, place).toHaveLength(2);
  save(paymentsFile, parts.join(to));
}

function save(path: string, source: string): void {
  writeFileSync(join(workspace.folder, path), source);
  sources[path.replace(/\.ts$/, ` ${Object.keys(sources).length}.ts`)] = source;
}

async function describeTopic(wanted: string) {
  return (await describeTopics()).find(({ name }) => name === wanted);
}

test("Deploy from your machine", async () => {
  const backend = `'${pathToFileURL(join(workspace.folder, "state")).href}'`;
  const said = await run("Deploy from your machine 1", { words: { "BACKEND-URL": backend } });
  expect(said).toContain("2 passed");
});

test("Add a topic", async () => {
  write(take("Add a topic 1"));
  await run("Add a topic 2");
  expect(await describeTopic("payments.received")).toMatchObject({ partitions: 3, replicationFactor: 3 });
});

test("Add retry and dead-letter topics", async () => {
  write(take("Add retry and dead-letter topics 1"));
  await run("Add retry and dead-letter topics 2");
  // The later recipes show the stack without them.
  workspace.removeCatalogue("refunds.ts");
});

test("Change a topic", async () => {
  patch(take("Change a topic 1"));
  await run("Change a topic 2");
  expect(await describeTopic("payments.received")).toMatchObject({ partitions: 6 });
});

test("Rename a topic", async () => {
  const [from, to] = ["payments.received", "payments.booked"];
  patch(take("Rename a topic 1"));
  await run("Rename a topic 2");
  write(take("Rename a topic 3"));

  const smokeRecords = 3;
  const count = smokeRecords + (await produceOddRecords(from));
  await run("Rename a topic 4");
  await produceRecords(from, [{ key: "late", value: "{}", partition: 4 }]);
  await run("Rename a topic 5");
  const records = await readRecords(from, count + 1);
  expect(await readRecords(to, count + 1)).toEqual(records);

  const script = join(workspace.folder, "kafka-consumer-groups.sh");
  const tool = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
  writeFileSync(script, `#!/bin/sh\nexec java -cp '${kafkaJars}/*' ${tool} "$@"\n`, { mode: 0o755 });
  workspace.environment = { ...typed, PATH: [workspace.folder, process.env.PATH].join(delimiter) };
  const words = { SERVERS: sharedServers().join(",") };
  expect(await run("Rename a topic 6", { words })).toContain("NEW-OFFSET");
  workspace.environment = typed;
  expect(await readPositions(to, "billing")).toEqual(await readPositions(to));
});

test("Delete a topic", async () => {
  patch(take("Delete a topic 1"));
  await run("Delete a topic 2");
  patch(take("Delete a topic 3"));
  await run("Delete a topic 4");
  expect(await describeTopic("payments.received")).toBeUndefined();
  expect(await describeTopic("payments.booked")).toBeDefined();
});

test("React to drift", async () => {
  const topic = "payments.booked";
  await setConfig(topic, { "retention.ms": 86_400_000 });
  await run("React to drift 1", { exitCode: 7 });
  await growTopic(topic, 7);
  const kept = { partitions: 7, config: { "retention.ms": "86400000" } };
  replacePayments("partitions: 6", "partitions: 7");
  replacePayments("days(14)", "days(1)");
  await run("React to drift 2");
  expect(await describeTopic(topic)).toMatchObject(kept);

  await setConfig(topic, { "retention.ms": 1000, "max.message.bytes": 2_000_000 });
  await run("React to drift 2");
  const undone = await describeTopic(topic);
  expect(undone).toMatchObject(kept);
  expect(undone?.config).not.toHaveProperty(["max.message.bytes"]);
  expect(await workspace.run("drift")).toMatchObject({ exitCode: 0 });
});

test("Set a value of several lines", async () => {
  const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
  writeFileSync(join(workspace.folder, "ca.pem"), `${certificate}\n`);
  await run("Set a value of several lines 1");
  expect(await workspace.run("pulumi", "config", "get", "kafka:caCert")).toMatchObject({
    stdout: `${certificate}\n`,
  });
  const command = 'npm run pulumi -- config set kafka:caCert "$(cat ca.pem)"';
  expect((await workspace.shell(command)).stderr).toContain("bad flag syntax");
  workspace.configure({ protect: true });
});

test("Deploy from CI", async () => {
  const block = take("Deploy from CI 1");
  const workflow = readFileSync(join(root, ".github", "workflows", "stack.yml"), "utf8");
  const commands = workflow.match(/npm run (up|smoke) -- --stack "\$STACK"( --yes)?/g) ?? [];
  expect(readSteps(block).map(({ command }) => command)).toEqual(
    commands.map((command) => command.replace('"$STACK"', "prod")),
  );
  workspace.environment = { CI: "true" };
  // The topic that was renamed has records of all kinds.
  const smoke = [{ topics: "payments.booked", mode: "produce", because: "nobody else reads it" }];
  workspace.configure({ protect: true, smoke });
  expect(await runBlock(workspace, block)).toContain("3 passed");
});

test("All sources that the recipes show compile", () => {
  expect(Object.keys(sources).length).toBeGreaterThan(4);
  expect(compile(sources)).toEqual([]);
});
