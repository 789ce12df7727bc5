import { topicType } from "../../infra/stack-state.ts";
import { readLiveCluster } from "../../kafka/live-cluster.ts";
import { readLiveConfigs } from "../../kafka/live-configs.ts";
import { countRecords, type RecordCount } from "../../kafka/record-counts.ts";
import { readDefaultConfigs } from "../../kafka/validate-only.ts";
import { type Preview, readPreview, type Step } from "../../pulumi/preview.ts";
import { readStackConnection } from "../../pulumi/stack-config.ts";
import type { Change, Review, Risk } from "./change.ts";
import { judgeStep, type Live } from "./judge.ts";

/** In place of a topic's name: all of them. */
const all = "*";
const worstFirst: readonly Risk[] = ["records lost", "care", "safe"];

/**
 * Previews an update of a stack and says what each of its steps may cost.
 * @param allowed the topics that may lose records, by name, or `*`
 * @returns a review that failed, with the reason, where the engine has no preview to tell of
 */
export async function readReview(stack: string, allowed: readonly string[]): Promise<Review> {
  const { steps, findings, engine } = await readPreview(stack).catch(
    ({ message }: Error): Preview => ({
      steps: [],
      findings: { errors: [], warnings: [] },
      engine: { errors: [message], warnings: [] },
      unfinished: 0,
      failed: true,
    }),
  );
  const errors = [...findings.errors.map(({ message }) => message), ...engine.errors];
  const warnings = [...findings.warnings.map(({ message }) => message), ...engine.warnings];
  const doubts: string[] = [];
  const live = await readLive(stack, steps, (doubt) => doubts.push(doubt)).catch((error: Error) => {
    doubts.push(`The cluster's configs and records are not known: ${error.message}`);
    return new Map<string, Live>();
  });
  const isUnasked = findings.warnings.some(({ code }) => code === "PREFLIGHT_OFF");
  const changes = steps
    .flatMap((step) => judgeStep(step, live.get(step.name)))
    // Whether the topic is there already, and whether the brokers take it, nobody knows.
    .map((change) => (isUnasked && change.risk === "safe" ? { ...change, risk: "care" as const } : change))
    .sort((a, b) => orderOf(a) - orderOf(b) || (a.topic < b.topic ? -1 : Number(a.topic > b.topic)));
  const lost = new Set(changes.filter(({ risk }) => risk === "records lost").map(({ topic }) => topic));
  const losses = [...lost].map((topic) => ({
    topic,
    allowed: allowed.includes(all) || allowed.includes(topic),
  }));
  const worst = changes[0]?.risk ?? "safe";
  const known = changes.map(({ topic }) => topic).filter((topic) => live.get(topic)?.configs);
  return {
    version: 1,
    stack,
    verdict: errors.length > 0 && worst !== "records lost" ? "failed" : worst,
    changes,
    losses,
    errors,
    // What the preflight warns of is in the changes of the topic, with what it may cost.
    warnings: [
      ...warnings.filter((line) => !known.some((topic) => line.startsWith(`${topic}: `))),
      ...doubts,
    ],
  };
}

function orderOf({ risk }: Change): number {
  return worstFirst.indexOf(risk);
}

/** What the cluster tells of the topics that are on it and that the steps change. */
async function readLive(
  stack: string,
  steps: readonly Step[],
  doubt: (line: string) => void,
): Promise<Map<string, Live>> {
  const changed = steps.filter(({ type, op }) => type === topicType && op !== "same" && op !== "create");
  const names = [...new Set(changed.map(({ name }) => name))];
  const [first] = names;
  if (first === undefined) return new Map();
  const connection = await readStackConnection(stack);
  const [cluster, { configs }, defaults] = await Promise.all([
    readLiveCluster(connection, names),
    readLiveConfigs(connection, names),
    readDefaultConfigs(connection, first),
  ]);
  const now = Date.now();
  const counted = changed.map(({ name, after }) => {
    const { config = {} } = (after?.inputs ?? {}) as { config?: Record<string, string> };
    const retention = config["retention.ms"] ?? defaults.get("retention.ms") ?? "-1";
    return { topic: name, since: Number(retention) < 0 ? 0 : now - Number(retention) };
  });
  const records = await countRecords(connection, cluster, counted).catch((error: Error) => {
    doubt(`The records could not be counted: ${error.message}`);
    return new Map<string, RecordCount>();
  });
  return new Map(
    names.map((name) => [name, { configs: configs.get(name), defaults, records: records.get(name) }]),
  );
}
