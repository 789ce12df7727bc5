import { z } from "zod";
import { topicType } from "../../infra/stack-state.ts";
import type { RecordCount } from "../../kafka/record-counts.ts";
import { isThrottle } from "../../kafka/throttles.ts";
import type { LiveConfigs } from "../../kafka/topic.ts";
import type { ResourceState, Step } from "../../pulumi/preview.ts";
import type { Change, ChangeKind } from "./findings.ts";
import { type Effective, judgeConfig } from "./judge-config.ts";
import { repair } from "./repairs.ts";
import type { Risk } from "./risk.ts";

/** The cluster's values of a topic; empty if the cluster could not be read. */
export type LiveValues = {
  readonly configs?: LiveConfigs | undefined;
  /** The values of configs that a topic does not set, by key. */
  readonly defaults?: ReadonlyMap<string, string> | undefined;
  readonly records?: RecordCount | undefined;
};

type Judged = readonly [Risk, ChangeKind];

/** Judges the changes of a step. Anything unknown needs caution and never counts as safe. */
export function judgeStep(step: Step, live: LiveValues = {}): Change[] {
  const { op, type, name } = step;
  const judged = type === topicType ? judgeTopic(step, live) : judgeOther(step);
  const topic = type === topicType ? name : `${type} ${name}`;
  return judged.map(([risk, kind]) => ({ topic, op, risk, ...kind }));
}

function judgeTopic(step: Step, live: LiveValues): Judged[] {
  const { op } = step;
  const protection = judgeProtection(step);
  const [before, after] = [inputsOf(step.before), inputsOf(step.after)];
  const records = live.records && { records: live.records };
  // Every step of a replacement, whatever its name, means that the topic is deleted.
  if (op.includes("replace")) {
    const [observed, expected] = [before.partitions, after.partitions];
    const isKnown = observed !== undefined && expected !== undefined;
    const counts = isKnown && observed !== expected && { expected, observed };
    return [["data loss", { code: "TOPIC_REPLACED", ...counts, ...records }], ...protection];
  }
  if (op.includes("delete") || op.includes("discard"))
    return [["data loss", { code: "TOPIC_DELETED", ...records }], ...protection];
  switch (op) {
    case "same":
      return protection;
    case "create": {
      const { partitions = 0, replicationFactor = 0 } = after;
      return [
        ["safe", { code: "TOPIC_CREATED", expected: { partitions, replicationFactor } }],
        ...protection,
      ];
    }
    case "import":
      return [["safe", { code: "TOPIC_ADOPTED" }], ...protection];
    case repair:
      return judgeRepair(before, after, live);
    case "update":
      return judgeUpdate(before, after, live, protection);
    default:
      return [["caution", { code: "STEP_UNKNOWN", observed: op }], ...protection];
  }
}

function judgeUpdate(before: Inputs, after: Inputs, live: LiveValues, protection: Judged[]): Judged[] {
  const found = [...judgeLayout(before, after, live), ...judgeConfigs(before, after, live)];
  if (found.length + protection.length === 0) found.push(["caution", { code: "UPDATE_UNKNOWN" }]);
  if (live.configs) return [...found, ...protection];
  // A value that is larger than the last declared one may be smaller than one that was set by hand.
  const unsure = found.map(([risk, kind]): Judged => [risk === "safe" ? "caution" : risk, kind]);
  return [...unsure, ["caution", { code: "CONFIGS_UNKNOWN" }], ...protection];
}

/** @param before the cluster's values of what is repaired */
function judgeRepair(before: Inputs, after: Inputs, live: LiveValues): Judged[] {
  const { configs, records } = live;
  const now: Effective = (key) => before.config.get(key) ?? configs?.values.get(key);
  const then: Effective = (key) => after.config.get(key) ?? configs?.values.get(key);
  const reset = [...after.config].map(
    ([key, expected]): Judged =>
      now(key) === expected
        ? ["safe", { code: "CONFIG_ALREADY_SET", key, expected }]
        : judgeConfig(key, now, then, records),
  );
  return [...judgeLayout(before, after, live), ...reset];
}

function judgeConfigs(before: Inputs, after: Inputs, { configs, defaults, records }: LiveValues): Judged[] {
  const now: Effective = (key) => configs?.values.get(key) ?? before.config.get(key);
  const then: Effective = (key) => after.config.get(key) ?? defaults?.get(key);
  // The provider writes all configs with each change, so a config that was set by hand is reset.
  // A throttle that others have set is none: `up` sets it again.
  const byHand = [...(configs?.own ?? [])].filter((key) => !isThrottle(key));
  const keys = new Set([...before.config.keys(), ...after.config.keys(), ...byHand]);
  return [...keys].flatMap((key): Judged[] => {
    if (now(key) !== then(key)) return [judgeConfig(key, now, then, records)];
    if (before.config.get(key) === after.config.get(key)) return [];
    const expected = then(key);
    return [["safe", { code: "CONFIG_ALREADY_SET", key, ...(expected !== undefined && { expected }) }]];
  });
}

function judgeLayout(before: Inputs, after: Inputs, { defaults }: LiveValues): Judged[] {
  const compare = (field: "partitions" | "replicationFactor") => {
    const [observed = 0, expected = 0] = [before[field], after[field]];
    return observed === expected ? undefined : { expected, observed, isMore: expected > observed };
  };
  const changes: Judged[] = [];
  const partitions = compare("partitions");
  if (partitions) {
    const { isMore, ...counts } = partitions;
    const policy = after.config.get("cleanup.policy") ?? defaults?.get("cleanup.policy");
    const isCompacted = policy?.includes("compact");
    changes.push(
      isMore
        ? ["caution", { code: "PARTITIONS_ADDED", ...counts, ...(isCompacted && { compacted: true }) }]
        : ["data loss", { code: "PARTITIONS_REDUCED", ...counts }],
    );
  }
  const factor = compare("replicationFactor");
  if (factor) {
    const { isMore, ...counts } = factor;
    const code = isMore ? "REPLICATION_FACTOR_RAISED" : "REPLICATION_FACTOR_LOWERED";
    changes.push(["caution", { code, ...counts }]);
  }
  return changes;
}

function judgeProtection({ op, before, after }: Step): Judged[] {
  if (!before || !after || before.protect === after.protect || op === "import") return [];
  return after.protect
    ? [["safe", { code: "PROTECTION_ADDED" }]]
    : [["caution", { code: "PROTECTION_REMOVED" }]];
}

function judgeOther({ op, type }: Step): Judged[] {
  // The engine creates the stack and its own resources together with the topics.
  if (op === "same" || (op === "create" && type.startsWith("pulumi:"))) return [];
  // The provider of a preview may connect as another principal than that of the deployment. A changed connection of the
  // stack is a finding of its own.
  if (op === "update" && type.startsWith("pulumi:providers:")) return [];
  return [["caution", { code: "OTHER_RESOURCE", observed: op }]];
}

/** The inputs of a topic's resource; an invalid input counts as absent. */
const inputs = z.object({
  partitions: z.number().optional().catch(undefined),
  replicationFactor: z.number().optional().catch(undefined),
  config: z.record(z.string(), z.unknown()).default({}).catch({}),
});

type Inputs = {
  readonly partitions?: number | undefined;
  readonly replicationFactor?: number | undefined;
  readonly config: ReadonlyMap<string, string>;
};

/** Reads the inputs of a topic before or after a step. */
export function inputsOf(state: ResourceState | undefined): Inputs {
  const { config, ...layout } = inputs.parse(state?.inputs ?? {});
  const texts = Object.entries(config).flatMap(([key, value]) =>
    typeof value === "string" && !key.startsWith("__") ? [[key, value] as const] : [],
  );
  return { ...layout, config: new Map(texts) };
}
