import { randomUUID } from "node:crypto";
import type { Connection } from "../../kafka/connection.ts";
import { defaultGroups } from "../../kafka/smoke-settings.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import { readCluster } from "../../smoke/input.ts";
import { probeTopics } from "../../smoke/probe.ts";
import { Retries } from "../../smoke/retries.ts";

const timeoutMs = 30_000;

/**
 * Runs the smoke suite on topics that no stack has deployed.
 * @returns for each topic that fails, the causes
 */
export async function findSmokeFailures(
  connection: Connection,
  topics: readonly TopicSpec[],
): Promise<{ topic: string; observed: string[] }[]> {
  const names = topics.map(({ name }) => name);
  const cluster = await readCluster(connection, names);
  const input = {
    stack: "drill",
    connection,
    groups: defaultGroups,
    deployed: topics,
    unmatched: [],
    cluster,
    retries: new Retries(),
  };
  const probed = await probeTopics(input, {
    run: `smoke-${randomUUID()}`,
    deadline: { at: performance.now() + timeoutMs },
    onProgress: () => {},
  });
  return probed.topics
    .filter(({ verdict }) => verdict === "failed")
    .map(({ topic, checks }) => ({ topic, observed: checks.flatMap(({ cause }) => cause ?? []) }));
}
