import type { EvaluatedCatalogue } from "../../infra/evaluated-catalogue.ts";
import { topicType } from "../../infra/stack-state.ts";
import { ClusterError } from "../../kafka/cluster-error.ts";
import type { Connection } from "../../kafka/connection.ts";
import { isUnexpected } from "../../machine/command.ts";
import { type Preview, type PreviewOptions, readPreview, type Step } from "../../pulumi/preview.ts";
import { readStackConnection } from "../../pulumi/stack-config.ts";
import { everything, isAllowed } from "./allowed.ts";
import { compareExemptions } from "./compare-exemptions.ts";
import { type ComparedSettings, type Comparison, startComparison } from "./compare-settings.ts";
import { findJsonWrites } from "./compare-smoke.ts";
import type { Change, Doubt, Review } from "./findings.ts";
import { judgeStep, type LiveValues } from "./judge.ts";
import { toSteps } from "./repairs.ts";
import { hashReview } from "./review-hash.ts";
import { type Risk, risks } from "./risk.ts";
import { isSameFact } from "./same-fact.ts";
import { orderOfKey } from "./setting-change.ts";
import { readTopicOutputs } from "./topic-outputs.ts";

/** The preview of an update that fails before the engine runs. */
export const noPreview: Preview = {
  steps: [],
  findings: { errors: [], warnings: [] },
  engine: { errors: [], warnings: [] },
  topics: new Set(),
  unfinished: 0,
  failed: true,
  isDeployed: false,
  forgotten: new Map(),
};

/**
 * Previews an update of a stack to a catalogue, judges each of its steps, and compares the stack's settings.
 * @param allowed the topics that may lose records, by name, or `*`
 * @returns a failed review with the reason, if the engine returns no preview
 * @throws Error if the settings cannot be compared with those of a commit
 */
export async function readReview(
  stack: string,
  allowed: readonly string[],
  catalogue: EvaluatedCatalogue,
  options?: PreviewOptions,
  comparison: Comparison = { allowed: [everything] },
): Promise<Review> {
  const hash = hashReview(stack, catalogue);
  const compareSettings = startComparison(stack, comparison);
  const previewed = await readPreview(stack, catalogue, options).catch((error: Error) => {
    if (isUnexpected(error)) throw error;
    const { forgotten = noPreview.forgotten } = options ?? {};
    return { ...noPreview, forgotten, engine: { errors: [{ message: error.message }], warnings: [] } };
  });
  // An update of selected topics resets and restores nothing, and a failed preview ends before the update.
  const isRepairing = !previewed.failed && !isLimited(options?.flags);
  const { repairs = [], factors = [] } = isRepairing ? previewed.findings : {};
  const preview = { ...previewed, steps: [...previewed.steps, ...toSteps(repairs, factors)] };
  const doubts: Doubt[] = [];
  const connect = async () => options?.config?.connection ?? readStackConnection(stack);
  const live = await readLive(connect, preview.steps, (doubt) => doubts.push(doubt)).catch((error: Error) => {
    if (isUnexpected(error)) throw error;
    doubts.push(
      error instanceof ClusterError ? error.finding : { code: "CLUSTER_NOT_READ", observed: error.message },
    );
    return new Map<string, LiveValues>();
  });
  const settings = await compareSettings(preview.deployed);
  const { forgotten } = previewed;
  const { throttles } = previewed.findings;
  const found = { repairs, forgotten, ...(throttles && { throttles }) };
  return { stack, hash, ...found, ...judgePreview(preview, live, doubts, allowed, settings) };
}

/** Whether flags of the engine limit an update to some topics. */
export function isLimited(flags: readonly string[] = []): boolean {
  return flags.some((flag) => /^--(target|exclude)/.test(flag));
}

/**
 * Judges each step of a preview.
 * @param live what the cluster tells of the topics that the steps change, by name
 * @param doubts what is unknown of the cluster
 * @param allowed the topics that may lose records, by name, or `*`
 * @param compared the changes of the stack's settings
 */
export function judgePreview(
  { steps, findings, engine, topics, unfinished, failed, isDeployed, deployedOutputs }: Preview,
  live: ReadonlyMap<string, LiveValues>,
  doubts: readonly Doubt[],
  allowed: readonly string[],
  compared: ComparedSettings = { changes: [], doubts: [] },
): Omit<Review, "stack" | "hash" | "repairs" | "forgotten" | "throttles"> {
  // Without the preflight, it is unknown whether a topic exists and whether the brokers accept the change.
  const isUnasked = findings.warnings.some(({ code }) => code === "PREFLIGHT_OFF");
  const outputs = new Map([...readTopicOutputs(deployedOutputs), ...readTopicOutputs(findings.outputs)]);
  const withOwner = (change: Change): Change => {
    const owner = outputs.get(change.topic)?.owner;
    return owner === undefined ? change : { ...change, owner };
  };
  // The program sets these configs again.
  const isKept = ({ topic, key }: { readonly topic: string; readonly key: string }) =>
    findings.throttles?.some((throttle) => throttle.topic === topic && throttle.key === key) ?? false;
  const writes = failed ? [] : findJsonWrites(deployedOutputs, findings.outputs, steps);
  const changes = [...steps.flatMap((step) => judgeStep(step, live.get(step.name))), ...writes]
    .filter((change) => !("key" in change) || !isKept(change))
    .map(withOwner)
    .map((change): Change => (isUnasked && change.risk === "safe" ? { ...change, risk: "caution" } : change))
    .sort((a, b) => orderOf(a) - orderOf(b) || (a.topic < b.topic ? -1 : Number(a.topic > b.topic)));
  const exemptions = failed ? [] : compareExemptions(deployedOutputs, findings.outputs);
  const settings = [...compared.changes, ...exemptions].sort(
    (a, b) => orderOf(a) - orderOf(b) || orderOfKey(a) - orderOfKey(b) || (a.key < b.key ? -1 : 1),
  );
  const losing = new Set(changes.filter(({ risk }) => risk === "data loss").map(({ topic }) => topic));
  const losses = [...losing].map((topic) => ({ topic, allowed: isAllowed(topic, allowed) }));
  const worst = risks.find((risk) => [changes, settings].some(([first]) => first?.risk === risk)) ?? "safe";
  // An error if the preview failed, since it may be the reason; otherwise a warning, since the state is uncertain.
  const interrupted: Doubt[] = unfinished > 0 ? [{ code: "UPDATE_UNFINISHED", observed: unfinished }] : [];
  const guarded = new Map(steps.filter(isRefused).map(({ urn, name }) => [urn, name]));
  const errors = [
    ...(failed ? interrupted : []),
    ...findings.errors,
    ...[...guarded.values()].map((topic): Doubt => ({ code: "TOPIC_PROTECTED", topic })),
    ...engine.errors
      // The engine advises removing the protection by hand, without this program.
      .filter(({ urn }) => urn === undefined || !guarded.has(urn))
      .map(({ message }): Doubt => ({ code: "ENGINE_ERROR", observed: message })),
  ];
  return {
    verdict: failed && ["caution", "safe"].includes(worst) ? "failed" : worst,
    ...(compared.base !== undefined && { base: compared.base }),
    settings,
    topics: failed ? [] : [...topics],
    changes,
    losses,
    errors:
      failed && errors.length === 0
        ? [{ code: "ENGINE_ERROR", observed: "The preview failed without a reason." }]
        : errors,
    ...(findings.refusal !== undefined && { refusal: findings.refusal }),
    ...(findings.state !== undefined && { state: findings.state }),
    ...(findings.adopts !== undefined && { adopts: findings.adopts }),
    // The engine calls a topic whose protection changes unchanged.
    isDeployed: isDeployed && changes.length === 0,
    warnings: [
      ...(failed ? [] : interrupted),
      ...findings.warnings.filter((warning) => !changes.some((change) => isSameFact(warning, change))),
      ...engine.warnings.map(({ message }): Doubt => ({ code: "ENGINE_WARNING", observed: message })),
      ...doubts,
      ...compared.doubts,
    ],
  };
}

/** Whether the engine refuses a step, because the topic is protected. */
function isRefused({ op, type, before, after }: Step): boolean {
  if (type !== topicType) return false;
  if (op.includes("replace")) return (after ?? before)?.protect ?? false;
  return op.includes("delete") && (before?.protect ?? false);
}

function orderOf({ risk }: { readonly risk: Risk }): number {
  return risks.indexOf(risk);
}

/** Reads the cluster's values of the existing topics that the steps change. */
async function readLive(
  connect: () => Promise<Connection>,
  steps: readonly Step[],
  doubt: (doubt: Doubt) => void,
): Promise<Map<string, LiveValues>> {
  const changed = steps.filter(({ type, op }) => type === topicType && op !== "same" && op !== "create");
  if (changed.length === 0) return new Map();
  // Only here: it loads a client, which most reviews have no need of.
  const { readLiveValues } = await import("./read-live-values.ts");
  return readLiveValues(await connect(), changed, doubt);
}
