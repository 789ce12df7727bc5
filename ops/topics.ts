import Table from "cli-table3";
import { isKafkasOwn } from "../kafka/internal-topics.ts";
import { type LiveTopic, replicationFactorsOf } from "../kafka/topic.ts";
import { exitCodes, runCommand } from "../machine/command.ts";
import { writeOutputs } from "../machine/output.ts";
import { loadMeanwhile } from "../pulumi/load-meanwhile.ts";
import { explainingSecrets } from "../pulumi/secret-remedy.ts";
import { readStackConnection } from "../pulumi/stack-config.ts";
import { chooseStack } from "../pulumi/stack-name.ts";
import { exportState, NotDeployedError, readDeployed } from "../pulumi/state.ts";
import { readSelection, selectionOptions } from "./selection.ts";

await runCommand({
  help: `Usage: npm run topics -- [--stack NAME] [--declared | --exempt | --moving] [--topic GLOB]... [--exclude GLOB]...
                         [--json [FILE]]

Lists the topics on the cluster of a stack, or the topics that the catalogue declares for the stack.

  --stack NAME    the stack, else PULUMI_STACK, else dev
  --declared      lists the declared topics instead, with the source of each value
  --exempt        lists the declared topics that are exempt from limits of the stack, with the reasons
  --moving        lists the partitions on the cluster whose replicas are moving, and how much is copied
  --topic GLOB    only topics whose name matches; * stands for any characters; can be repeated
  --exclude GLOB  excludes topics whose name matches; can be repeated
  --json [FILE]   prints JSON, or writes it to a file
`,
  options: {
    stack: { type: "string", short: "s" },
    declared: { type: "boolean" },
    exempt: { type: "boolean" },
    moving: { type: "boolean" },
    ...selectionOptions,
    json: { type: "string" },
  },
  outputs: ["json"],
  run: async (values) => {
    const { isSelected, checkGlobs } = readSelection(values);
    const stack = chooseStack(values.stack);
    const [one, other] = (["declared", "exempt", "moving"] as const).filter((list) => values[list]);
    if (other) throw new Error(`--${other}: given with --${one}, allowed: one of them`);
    if (values.declared || values.exempt) {
      const { findDeclared, renderDeclared, renderDeclaredJson, renderExemptions } = await import(
        "./topics/declared.ts"
      );
      const declared = await findDeclared(stack);
      checkGlobs(declared.map(({ name }) => name));
      const selected = declared.filter(
        ({ name, exempt }) => isSelected(name) && (!values.exempt || Object.keys(exempt).length > 0),
      );
      const isWritten = writeOutputs(values, {
        text: () => (values.exempt ? renderExemptions(selected) : renderDeclared(selected)),
        json: () => renderDeclaredJson(stack, selected),
      });
      return isWritten ? exitCodes.success : exitCodes.failure;
    }
    const [connection, managed, { readLiveCluster }] = await Promise.all([
      readStackConnection(stack),
      readManaged(stack),
      loadMeanwhile(stack, () => import("../kafka/live-cluster.ts")),
    ]);
    const { topics } = await explainingSecrets(stack, readLiveCluster(connection));
    checkGlobs(topics.map(({ name }) => name));
    if (values.moving) {
      const { findMovingPartitions, renderMoving, renderMovingJson } = await import("./topics/moving.ts");
      const moving = (await findMovingPartitions(connection)).filter(({ topic }) => isSelected(topic));
      const isWritten = writeOutputs(values, {
        text: () => renderMoving(moving),
        json: () => renderMovingJson(moving),
      });
      return isWritten ? exitCodes.success : exitCodes.failure;
    }
    const selected = topics.filter(({ name }) => isSelected(name));
    const isWritten = writeOutputs(values, {
      text: () => renderTable(selected, (name) => (managed.has(name) ? stack : "")),
      json: () => renderJson(selected, managed),
    });
    return isWritten ? exitCodes.success : exitCodes.failure;
  },
});

async function readManaged(stack: string): Promise<ReadonlyMap<string, unknown>> {
  try {
    return readDeployed(stack, await exportState(stack));
  } catch (error) {
    // A stack that is not deployed manages no topics.
    if (error instanceof NotDeployedError) return new Map();
    throw error;
  }
}

function renderJson(topics: readonly LiveTopic[], managed: ReadonlyMap<string, unknown>): string {
  const json = {
    version: 1,
    topics: topics.map((topic) => ({ ...topic, managed: managed.has(topic.name) })),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function renderTable(topics: readonly LiveTopic[], stackOf: (topic: string) => string): string {
  const table = new Table({
    head: ["topic", "partitions", "replication factor", "leaders", "in-sync replicas", "managed by"],
    colAligns: ["left", "right", "right", "left", "right", "left"],
    style: { head: [], border: [], compact: true },
  });
  for (const topic of topics) {
    const { name, partitions } = topic;
    const inSync = partitions.flatMap(({ inSyncReplicas }) => inSyncReplicas).length;
    const replicas = partitions.flatMap((partition) => partition.replicas).length;
    table.push([
      name,
      partitions.length,
      replicationFactorsOf(topic).join(" and "),
      describeLeaders(topic),
      `${inSync} of ${replicas}`,
      isKafkasOwn(topic) ? "Kafka" : stackOf(name),
    ]);
  }
  return `${table}\nLeaders: the number of partitions that each broker leads. Managed by: Kafka itself, or the stack.`;
}

/** Lists the number of partitions that each broker leads: `1: 2, 2: 2, none: 1`. */
function describeLeaders({ partitions }: LiveTopic): string {
  const led = Map.groupBy(partitions, ({ leader }) => leader);
  return [...led]
    .sort(([a], [b]) => a - b)
    .map(([leader, own]) => `${leader < 0 ? "none" : leader}: ${own.length}`)
    .join(", ");
}
