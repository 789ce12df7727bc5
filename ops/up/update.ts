import { type EvaluatedCatalogue, namesIn } from "../../infra/evaluated-catalogue.ts";
import { hashRepairs, judgedRepairsVariable, judgedStateVariable } from "../../infra/judged-state.ts";
import type { AddedPartitions } from "../../kafka/place-added.ts";
import type { ConfigValue } from "../../kafka/set-configs.ts";
import { listFew } from "../../kafka/topic-groups.ts";
import { exitCodes } from "../../machine/command.ts";
import { showProgress } from "../../machine/progress.ts";
import { updateFlags } from "../../pulumi/cli.ts";
import { expectsNoChanges, runPulumi } from "../../pulumi/command.ts";
import { loadMeanwhile } from "../../pulumi/load-meanwhile.ts";
import type { Update } from "../../pulumi/update.ts";
import { describeRecreation, findRecreated } from "../recreation.ts";
import { exitCodeOf, reportNeedless } from "../review/data-loss.ts";
import type { Review } from "../review/findings.ts";
import { isLimited, readReview } from "../review/read-review.ts";
import { confirmMoves } from "./confirmation.ts";
import type { EngineFlags } from "./engine-flags.ts";
import { addedBy, type Moves, movesOf } from "./moves.ts";

/** The time for the checkpoints grows with the square of the number of topics; up to here, they take less than 1 s. */
const manyTopics = 50;

/** How to update a stack. */
export type UpdateOptions = {
  readonly catalogue: EvaluatedCatalogue;
  /** The topics that may lose records, by name, or `*`. */
  readonly allowed: readonly string[];
  readonly flags?: EngineFlags;
  /** Whether the update runs without asking. */
  readonly isConfirmed: boolean;
  /** Whether the review is shown only if it stops the update. */
  readonly isQuiet: boolean;
  /** The topics that the update creates again if they are no longer on the cluster, by name, or `*`. */
  readonly recreated?: readonly string[];
  /** Where the review is shown; by default on standard output. */
  readonly output?: NodeJS.WriteStream;
};

/**
 * Updates a stack, unless the review of the update finds that it would fail, or lose records of a topic that may not lose
 * them.
 * @returns the exit code of the review if it stops the update, otherwise the engine's
 */
export async function updateStack(stack: string, options: UpdateOptions): Promise<number> {
  const { catalogue, flags, isConfirmed } = options;
  // The engine's own preview, which precedes its question, would run the program once more.
  const confirmation = isConfirmed ? ["--yes", "--skip-preview"] : [];
  const args = ["up", ...updateFlags, ...(flags?.update ?? []), ...confirmation];
  return runPulumi(stack, args, { catalogue, judge: judgeWith(stack, options) });
}

/**
 * Whether the engine may write the state only at the end: the update creates many topics and does nothing else. If it is
 * killed, the next one adopts what is on the cluster. See docs/decisions/9-one-provider-and-few-checkpoints.md.
 */
export function canLoseCheckpoints({ adopts, changes }: Pick<Review, "adopts" | "changes">): boolean {
  return (
    adopts === true && changes.length >= manyTopics && changes.every(({ code }) => code === "TOPIC_CREATED")
  );
}

/** Whether flags of the engine ask for some output of it, such as its JSON or its log. */
function expectsOutput(flags: readonly string[]): boolean {
  return flags.some((flag) => !["--yes", "--skip-preview", "--non-interactive"].includes(flag));
}

/** @throws Error if flags of the engine say that the update is expected to change nothing */
function refuseUnexpected({ factors }: Moves, flags: readonly string[] = []): void {
  if (factors.size === 0 || !expectsNoChanges(flags)) return;
  const topics = listFew([...factors.keys()]);
  throw new Error(
    `--expect-no-changes: the update would change the replication factor of ${topics}. Nothing was changed.`,
  );
}

function judgeWith(
  stack: string,
  { catalogue, allowed, flags, isConfirmed, isQuiet, recreated = [], output = process.stdout }: UpdateOptions,
): Update["judge"] {
  const forgotten: string[] = [];
  // Of all attempts: a topic that one attempt has grown is unchanged for the next.
  const added = new Map<string, AddedPartitions>();
  let agreed: string | undefined;
  const declared = namesIn(catalogue);
  return async (state) => {
    // An earlier attempt may have removed a topic that is not declared from the state.
    const toCreate = await findRecreated(stack, recreated, state, declared && [...declared, ...forgotten]);
    showProgress(`Previewing an update of stack ${stack} ...`);
    const [review, { renderTable }] = await Promise.all([
      readReview(stack, allowed, catalogue, { flags: flags?.preview ?? [], state, forgotten: toCreate }),
      loadMeanwhile(stack, () => import("../review/render.ts")),
    ]).finally(() => showProgress(""));
    const missing = review.forgotten ?? new Map<string, string>();
    const exitCode = exitCodeOf(review);
    const moves = movesOf(review, isLimited(flags?.preview));
    // What precedes the update is already set when the program looks for repairs.
    const isLowered = (one: ConfigValue) =>
      moves?.lowered.some(({ topic, key }) => topic === one.topic && key === one.key) ?? false;
    const repairs = (review.repairs ?? []).filter((one) => !isLowered(one));
    let throttles = review.throttles ?? [];
    for (const one of addedBy(review)) added.set(one.topic, one);
    const isNeedless = review.isDeployed && !expectsOutput(flags?.update ?? []);
    return {
      exitCode,
      isNeedless,
      wouldFail: exitCode === exitCodes.failure,
      environment: {
        ...(review.state !== undefined && { [judgedStateVariable]: review.state }),
        ...(repairs.length > 0 && { [judgedRepairsVariable]: hashRepairs(repairs) }),
        ...(canLoseCheckpoints(review) && { PULUMI_SKIP_CHECKPOINTS: "true" }),
        // The question is then ours, before the moves.
        ...(moves?.factors.size && { PULUMI_SKIP_CONFIRMATIONS: "true" }),
      },
      ...(moves && {
        precede: async (signal) => {
          refuseUnexpected(moves, flags?.update);
          // A second attempt of the same update does not ask again.
          const asked = JSON.stringify([...moves.factors]);
          if (!isConfirmed && agreed !== asked && !(await confirmMoves(stack, moves, signal))) return false;
          agreed = asked;
          const { moveReplicas } = await import("./move-replicas.ts");
          const isReady = await moveReplicas(stack, moves, signal);
          const { findSet } = await import("./restore-throttles.ts");
          throttles = await findSet(stack, throttles);
          return isReady;
        },
      }),
      ...(added.size > 0 && {
        afterSuccess: async (signal) => {
          const { placeAdded } = await import("./place-added.ts");
          await placeAdded(stack, [...added.values()], signal);
        },
      }),
      ...(throttles.length > 0 && {
        afterFailure: async () => {
          const { restoreThrottles } = await import("./restore-throttles.ts");
          await restoreThrottles(stack, throttles);
        },
      }),
      ...(missing.size > 0 && {
        prepare: async () => {
          const { forgetTopics } = await import("../../pulumi/forget-missing.ts");
          if (await forgetTopics(stack, missing.values())) forgotten.push(...missing.keys());
        },
      }),
      show: () => {
        if (recreated.length > 0)
          output.write(`${describeRecreation(recreated, [...forgotten, ...missing.keys()])}\n`);
        else if (forgotten.length > 0)
          output.write(
            `Removed from the state, because the cluster no longer has them: ${forgotten.join(", ")}.\n`,
          );
        reportNeedless(review, allowed, declared);
        if (!isQuiet || exitCode !== exitCodes.success)
          output.write(
            `${renderTable(review, { columns: output.columns ?? 120, isVerbose: false, isListed: () => true })}\n`,
          );
        if (isNeedless) output.write(`Stack ${stack}: nothing to deploy.\n`);
      },
    };
  };
}
