import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Catalogue, TopicDeclaration } from "../infra/topic.ts";
import { describeTopics } from "./kafka-tools.ts";
import type { Workspace } from "./workspace.ts";

const size = 8;

function group(name: string, partitions: number, retentionMs: number): Catalogue {
  const topic: TopicDeclaration = {
    partitions,
    replicationFactor: 2,
    config: { "retention.ms": retentionMs },
  };
  return Object.fromEntries(Array.from({ length: size }, (_, index) => [`mixed.${name}.${index}`, topic]));
}

/** From either to the other an update creates, changes, grows, replaces and deletes topics at once. */
export const mixedUpdate: readonly [Catalogue, Catalogue] = [
  { ...group("a", 2, 1e7), ...group("b", 1, 1e7), ...group("c", 1, 1e7), ...group("d", 1, 1e7) },
  { ...group("a", 1, 1e7), ...group("b", 2, 1e7), ...group("c", 1, 2e7), ...group("e", 1, 1e7) },
];

/** What the engine prints once it works on topics. */
export const topicBegun = /kafka:index:Topic \S+ (creating|updating|deleting)/;

/** A topic's partitions, replicas and retention in ms. */
type Shape = readonly [partitions: number, replicationFactor: number, retentionMs: number];

/** How a catalogue of these has its topics, by name. */
export function shapesOf(catalogue: Catalogue): Record<string, Shape> {
  return Object.fromEntries(
    Object.entries(catalogue).map(([name, { partitions, replicationFactor = 0, config }]) => [
      name,
      [partitions, replicationFactor, Number(config?.["retention.ms"])],
    ]),
  );
}

/**
 * How the cluster has them, by name, in the words of Kafka's own tool.
 * @param servers of another cluster than the tests' common one
 */
export async function readShapes(servers?: readonly string[]): Promise<Record<string, Shape>> {
  const topics = (await describeTopics(servers)).filter(({ name }) => name.startsWith("mixed."));
  return Object.fromEntries(
    topics.map(({ name, partitions, replicationFactor, config }) => [
      name,
      [partitions, replicationFactor, Number(config["retention.ms"])],
    ]),
  );
}

/** What a workspace's state says of operations that began and did not end, or that failed. */
export function readUnfinished(workspace: Workspace): unknown[] {
  const file = join(workspace.folder, "state", ".pulumi", "stacks", "kafka-topics", "test.json");
  const { latest } = JSON.parse(readFileSync(file, "utf8")).checkpoint;
  const uncertain = latest.resources.filter(
    (resource: { pendingReplacement?: boolean; initErrors?: string[] }) =>
      resource.pendingReplacement || resource.initErrors?.length,
  );
  return [...(latest.pending_operations ?? []), ...uncertain];
}
