import { topicType } from "../../infra/stack-state.ts";
import { countOf, describeValue } from "../../kafka/describe-value.ts";
import type { RecordCount } from "../../kafka/record-counts.ts";
import type { LiveConfigs } from "../../kafka/topic.ts";
import type { ResourceState, Step } from "../../pulumi/preview.ts";
import type { Change, Risk } from "./change.ts";
import { type Effective, judgeConfig } from "./config-change.ts";

/** What the cluster tells of a topic; nothing where it could not be asked. */
export type Live = {
  readonly configs?: LiveConfigs | undefined;
  /** What counts on a topic that sets nothing itself, by key. */
  readonly defaults?: ReadonlyMap<string, string> | undefined;
  readonly records?: RecordCount | undefined;
};

/** What a step of an update does, and what that may cost. What is not known here is taken for care, never for safe. */
export function judgeStep(step: Step, live: Live = {}): Change[] {
  const { op, type, name } = step;
  if (type !== topicType) return judgeOther(step);
  const change = (risk: Risk, what: string): Change => ({
    topic: name,
    op,
    risk,
    what,
    ...(risk === "records lost" && live.records && { records: live.records.all }),
  });
  const rows = judgeProtection(step).map(([risk, what]) => change(risk, what));
  const [before, after] = [topicOf(step.before), topicOf(step.after)];

  // Whatever the engine calls the steps of a replacement, they delete.
  if (op.includes("replace") || op.includes("delete") || op.includes("discard")) {
    const again = op.includes("replace") ? " and created again" : "";
    const lost = describeLoss(live.records);
    return [
      change("records lost", `${describeShapes(before, after)}the topic is deleted${again}; ${lost}`),
      ...rows,
    ];
  }
  switch (op) {
    case "same":
      return rows;
    case "create":
      return [change("safe", `created with ${describeShape(after)}`), ...rows];
    case "import":
      return [change("safe", "on the cluster already: adopted, managed from now on"), ...rows];
    case "update":
      return judgeUpdate();
    default:
      return [change("care", `the engine's step "${op}", which this review does not know`), ...rows];
  }

  function judgeUpdate(): Change[] {
    const { configs } = live;
    const found = [...judgeShape(before, after), ...judgeConfigs()].map(([risk, what]) => change(risk, what));
    if (found.length + rows.length === 0)
      found.push(change("care", "updated in what this review does not know"));
    if (configs) return [...found, ...rows];
    // What is longer than the catalogue had it may still be shorter than somebody set it on the cluster.
    const unsure = found.map((one) => (one.risk === "safe" ? { ...one, risk: "care" as const } : one));
    const reset = "the cluster did not tell its configs: what was set there by hand is reset, unseen";
    return [...unsure, change("care", reset), ...rows];
  }

  function judgeConfigs(): [Risk, string][] {
    const { configs, defaults } = live;
    const now: Effective = (key) => configs?.values.get(key) ?? before.config[key];
    const then: Effective = (key) => after.config[key] ?? defaults?.get(key);
    // The provider writes all configs with each change: one set by hand on the cluster goes.
    const keys = new Set([
      ...Object.keys(before.config),
      ...Object.keys(after.config),
      ...(configs?.own ?? []),
    ]);
    return [...keys].flatMap((key): [Risk, string][] => {
      if (now(key) !== then(key)) return [judgeConfig(key, now, then, live.records)];
      if (before.config[key] === after.config[key]) return [];
      return [["safe", `${key} ${describeValue(key, then(key) ?? "")}, which it is already`]];
    });
  }
}

function describeLoss(records: RecordCount | undefined): string {
  if (!records) return "all its records are lost; how many, the cluster did not tell";
  if (records.all === 0) return "it holds no records now";
  return `about ${countOf(records.all, "record")} ${records.all === 1 ? "is" : "are"} lost`;
}

type Shape = { partitions?: number; replicationFactor?: number; config: Record<string, string> };

function topicOf(state: ResourceState | undefined): Shape {
  const { partitions, replicationFactor, config } = (state?.inputs ?? {}) as Partial<Shape>;
  const { __defaults: _, ...own } = (config ?? {}) as Record<string, string>;
  return { ...(partitions && { partitions }), ...(replicationFactor && { replicationFactor }), config: own };
}

function describeShape({ partitions, replicationFactor }: Shape): string {
  return `${countOf(partitions ?? 0, "partition")}, replication factor ${replicationFactor}`;
}

/** `12 → 6 partitions: `. */
function describeShapes(before: Shape, after: Shape): string {
  if (after.partitions === undefined || before.partitions === after.partitions) return "";
  return `${before.partitions} → ${countOf(after.partitions, "partition")}: `;
}

function judgeShape(before: Shape, after: Shape): [Risk, string][] {
  const changes: [Risk, string][] = [];
  if (before.partitions !== after.partitions) {
    const isMore = Number(after.partitions) > Number(before.partitions);
    changes.push(
      isMore
        ? ["care", `${describeShapes(before, after)}records of a key go to another partition than before`]
        : [
            "records lost",
            `${describeShapes(before, after)}only a topic that is deleted and created again has fewer`,
          ],
    );
  }
  if (before.replicationFactor !== after.replicationFactor) {
    const isMore = Number(after.replicationFactor) > Number(before.replicationFactor);
    const meaning = isMore ? "the brokers copy all its records" : "fewer dead brokers are survived";
    const change = `replication factor ${before.replicationFactor} → ${after.replicationFactor}`;
    changes.push(["care", `${change}: ${meaning}`]);
  }
  return changes;
}

function judgeProtection({ op, before, after }: Step): [Risk, string][] {
  if (!before || !after || before.protect === after.protect || op === "import") return [];
  return after.protect
    ? [["safe", "protected from now on"]]
    : [["care", "no longer protected: a later change may delete or replace it"]];
}

function judgeOther({ op, type, name }: Step): Change[] {
  // The stack itself and the engine's own entries come and go with the topics.
  if (op === "same" || (op === "create" && type.startsWith("pulumi:"))) return [];
  return [
    { topic: `${type} ${name}`, op, risk: "care", what: `the engine's step "${op}" on what is no topic` },
  ];
}
