import { createTopics } from "../../kafka/create-topics.ts";
import { type DrillOptions, DrillRun } from "./drill-run.ts";
import { isFailure } from "./findings.ts";
import { resolutionMs } from "./leader-watch.ts";
import type { Recording } from "./recording.ts";
import { type DrillResult, sumTopics } from "./result.ts";

/** A drill's result, and everything that was observed. */
export type DrillRecord = { readonly result: DrillResult; readonly recording: Recording };

/**
 * Takes brokers down while records flow to every partition, and compares the acknowledged records with the logs. The
 * caller stops and removes the cluster.
 * @throws InterruptedError, NotSeenError, or the error that prevented records from being sent or read
 */
export async function runDrill(options: DrillOptions): Promise<DrillRecord> {
  const { cluster, topics, runTask } = options;
  const { connection } = cluster;
  const startedAt = new Date();
  await runTask("Start three brokers and a controller", async () => {
    await cluster.start();
    await createTopics(connection, topics);
    return `Created ${topics.length} topics on three brokers`;
  });
  const run = new DrillRun(options);
  await run.perform();
  const { recording, findings } = run;
  const result: DrillResult = {
    version: 1,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(recording.to - recording.from),
    resolutionMs,
    verdict: findings.some(isFailure) ? "failed" : "passed",
    topics: sumTopics(topics, recording.verdicts),
    steps: recording.steps,
    findings,
  };
  return { result, recording };
}
