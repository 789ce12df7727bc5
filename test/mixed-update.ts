import { readFileSync } from "node:fs";
import { join } from "node:path";
import { topicType } from "../infra/stack-state.ts";
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

/** An update from either catalogue to the other creates, changes, grows, replaces and deletes topics. */
export const mixedUpdate: readonly [Catalogue, Catalogue] = [
  { ...group("a", 2, 1e7), ...group("b", 1, 1e7), ...group("c", 1, 1e7), ...group("d", 1, 1e7) },
  { ...group("a", 1, 1e7), ...group("b", 2, 1e7), ...group("c", 1, 2e7), ...group("e", 1, 1e7) },
];

/** Matches what the engine prints when it starts to work on topics. */
export const topicBegun = /kafka:index:Topic \S+ (creating|updating|deleting)/;

/** A topic's partitions, replicas and retention in ms. */
type Shape = readonly [partitions: number, replicationFactor: number, retentionMs: number];

/** The shapes of the topics in such a catalogue, by name. */
export function shapesOf(catalogue: Catalogue): Record<string, Shape> {
  return Object.fromEntries(
    Object.entries(catalogue).map(([name, { partitions = 0, replicationFactor = 0, config }]) => [
      name,
      [partitions, replicationFactor, Number(config?.["retention.ms"])],
    ]),
  );
}

/**
 * Reads the shapes of the topics on the cluster, by name.
 * @param servers of a cluster other than the tests' shared one
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

function readState(workspace: Workspace) {
  const file = join(workspace.folder, "state", ".pulumi", "stacks", "kafka-topics", "test.json");
  const { latest } = JSON.parse(readFileSync(file, "utf8")).checkpoint;
  return { ...latest, resources: latest.resources ?? [] };
}

/** Reads the names of the topics in a workspace's state, sorted. */
export function readTopicsInState(workspace: Workspace): string[] {
  return readState(workspace)
    .resources.filter(({ type }: { type: string }) => type === topicType)
    .map(({ outputs }: { outputs: { name: string } }) => outputs.name)
    .sort();
}

/** Reads the pending and failed operations in a workspace's state. */
export function readUnfinished(workspace: Workspace): unknown[] {
  const latest = readState(workspace);
  const uncertain = latest.resources.filter(
    (resource: { pendingReplacement?: boolean; initErrors?: string[] }) =>
      resource.pendingReplacement || resource.initErrors?.length,
  );
  return [...(latest.pending_operations ?? []), ...uncertain];
}
