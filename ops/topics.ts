import { parseArgs } from "node:util";
import Table from "cli-table3";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import type { LiveTopic } from "../kafka/topic.ts";
import { readStackConnection } from "../pulumi/stack-config.ts";
import { chooseStack } from "../pulumi/stack-name.ts";
import { exportState, NotDeployedError, readDeployed } from "../pulumi/state.ts";

const help = `Usage: npm run topics -- [--stack NAME] [--json]

Lists every topic on the cluster of a stack.

  --stack NAME  the stack, else PULUMI_STACK, else dev
  --json        one JSON array, for machines
`;

const args = process.argv.slice(2);
try {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string", short: "s" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) process.stdout.write(help);
  else process.stdout.write(`${await listTopics(chooseStack(args), values.json ?? false)}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function listTopics(stack: string, json: boolean): Promise<string> {
  const [{ topics: live }, managed] = await Promise.all([
    readStackConnection(stack).then((connection) => readLiveCluster(connection)),
    readManaged(stack),
  ]);
  const owner = ({ name, internal }: LiveTopic) => (internal ? "Kafka" : managed.has(name) ? stack : "");
  if (json)
    return JSON.stringify(
      live.map((topic) => ({ ...topic, managed: managed.has(topic.name) })),
      null,
      2,
    );

  const table = new Table({
    head: ["topic", "partitions", "replication factor", "leaders", "in-sync replicas", "managed by"],
    colAligns: ["left", "right", "right", "left", "right", "left"],
    style: { head: [], border: [], compact: true },
  });
  for (const topic of live) {
    const replicas = topic.partitions.map((partition) => partition.replicas.length);
    const inSync = topic.partitions.map((partition) => partition.inSyncReplicas.length);
    table.push([
      topic.name,
      topic.partitions.length,
      [...new Set(replicas)].join(" and "),
      describeLeaders(topic),
      `${sum(inSync)} of ${sum(replicas)}`,
      owner(topic),
    ]);
  }
  return `${table}\nLeaders: how many partitions each broker leads. Managed by: Kafka itself, or the stack.`;
}

async function readManaged(stack: string): Promise<ReadonlyMap<string, unknown>> {
  try {
    return readDeployed(stack, await exportState(stack));
  } catch (error) {
    // A stack that is not deployed manages nothing.
    if (error instanceof NotDeployedError) return new Map();
    throw error;
  }
}

/** `1: 2, 2: 2, none: 1`, by broker. */
function describeLeaders({ partitions }: LiveTopic): string {
  const led = Map.groupBy(partitions, ({ leader }) => leader);
  return [...led]
    .sort(([a], [b]) => a - b)
    .map(([leader, own]) => `${leader < 0 ? "none" : leader}: ${own.length}`)
    .join(", ");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
