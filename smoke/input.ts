import type { Connection } from "../kafka/connection.ts";
import { readConfiguredTopics } from "../kafka/live-cluster.ts";
import type { LiveConfigs, LiveTopic, TopicSpec } from "../kafka/topic.ts";
import { readStackConnection } from "../pulumi/stack-config.ts";
import { exportState, readDeployed } from "../pulumi/state.ts";
import { boundBy, type Limit } from "./deadline.ts";

/** All that the suite starts from. */
export type SmokeInput = {
  readonly stack: string;
  readonly connection: Connection;
  /** For one request, in ms: a broker that does not answer must leave time for the others. */
  readonly requestTimeoutMs: number;
  readonly deployed: readonly TopicSpec[];
  readonly live: {
    readonly brokers: readonly number[];
    readonly addresses: ReadonlyMap<number, string>;
    readonly topics: ReadonlyMap<string, LiveTopic>;
    readonly forbidden: ReadonlySet<string>;
  };
  readonly configs: ReadonlyMap<string, LiveConfigs>;
};

/**
 * What a stack deployed, and what its cluster has now. Reads nothing of the catalogue.
 * @param pattern narrows the topics; `*` stands for any letters
 * @throws Error when the stack is not deployed, its config is wrong, or the cluster does not answer
 */
export async function readSmokeInput(
  stack: string,
  { pattern, limit }: { pattern?: string | undefined; limit: Limit },
): Promise<SmokeInput> {
  const answer = Promise.all([
    readStackConnection(stack),
    exportState(stack).then((state) => [...readDeployed(stack, state).values()]),
  ]);
  const [connection, all] = await boundBy(limit, "Pulumi's answer", answer);
  const deployed = pattern === undefined ? all : all.filter(({ name }) => matches(name, pattern));
  if (pattern !== undefined && deployed.length === 0) {
    throw new Error(
      `--topic ${pattern} matches none of the ${all.length} topics that stack ${stack} deployed.`,
    );
  }
  const requestTimeoutMs = Math.min(
    connection.timeoutMs,
    Math.max(1_000, (limit.deadline - performance.now()) / 4),
  );
  const patient = { ...connection, timeoutMs: requestTimeoutMs };
  const names = deployed.map(({ name }) => name);
  const { brokers, addresses, topics, forbidden } = await boundBy(
    limit,
    "the cluster's answer",
    readConfiguredTopics(patient, names),
  );
  const live = {
    brokers,
    addresses,
    topics: new Map(topics.map((topic) => [topic.name, topic])),
    forbidden: new Set(forbidden),
  };
  const configs = new Map(topics.flatMap((topic) => (topic.configs ? [[topic.name, topic.configs]] : [])));
  return { stack, connection, requestTimeoutMs, deployed, live, configs };
}

function matches(name: string, pattern: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`).test(name);
}
