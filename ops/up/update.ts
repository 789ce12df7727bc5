import type { EvaluatedCatalogue } from "../../infra/evaluated-catalogue.ts";
import { hashRepairs, judgedRepairsVariable, judgedStateVariable } from "../../infra/judged-state.ts";
import { exitCodes } from "../../machine/command.ts";
import { showProgress } from "../../machine/progress.ts";
import { updateFlags } from "../../pulumi/cli.ts";
import { runPulumi } from "../../pulumi/command.ts";
import { loadMeanwhile } from "../../pulumi/load-meanwhile.ts";
import type { Update } from "../../pulumi/update.ts";
import { exitCodeOf, reportNeedless } from "../review/data-loss.ts";
import type { Review } from "../review/findings.ts";
import { readReview } from "../review/read-review.ts";
import type { EngineFlags } from "./engine-flags.ts";

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
  /** Whether topics that are no longer on the cluster are removed from the state, so that the update creates them. */
  readonly recreates?: boolean;
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

function describeRecreation(missing: readonly string[]): string {
  if (missing.length === 0) return "--recreate: every topic of the stack is on the cluster.";
  return `--recreate: no longer on the cluster: ${missing.join(", ")}.`;
}

function judgeWith(
  stack: string,
  { catalogue, allowed, flags, isQuiet, recreates = false, output = process.stdout }: UpdateOptions,
): Update["judge"] {
  const forgotten: string[] = [];
  return async (state) => {
    // Loaded only here: it loads a client.
    const recreation = recreates ? await import("../../pulumi/forget-missing.ts") : undefined;
    const missing = (await recreation?.findMissing(stack, await state)) ?? new Map<string, string>();
    showProgress(`Previewing an update of stack ${stack} ...`);
    const [review, { renderTable }] = await Promise.all([
      readReview(stack, allowed, catalogue, { flags: flags?.preview ?? [], state, forgotten: missing }),
      loadMeanwhile(stack, () => import("../review/render.ts")),
    ]).finally(() => showProgress(""));
    const exitCode = exitCodeOf(review);
    const isNeedless = review.isDeployed && !expectsOutput(flags?.update ?? []);
    return {
      exitCode,
      isNeedless,
      wouldFail: exitCode === exitCodes.failure,
      environment: {
        ...(review.state !== undefined && { [judgedStateVariable]: review.state }),
        ...(review.repairs?.length && { [judgedRepairsVariable]: hashRepairs(review.repairs) }),
        ...(canLoseCheckpoints(review) && { PULUMI_SKIP_CHECKPOINTS: "true" }),
      },
      ...(missing.size > 0 && {
        prepare: async () => {
          if (await recreation?.forgetTopics(stack, missing.values())) forgotten.push(...missing.keys());
        },
      }),
      show: () => {
        if (recreates) output.write(`${describeRecreation([...forgotten, ...missing.keys()])}\n`);
        reportNeedless(review, allowed);
        if (!isQuiet || exitCode !== exitCodes.success)
          output.write(
            `${renderTable(review, { columns: output.columns ?? 120, isVerbose: false, isListed: () => true })}\n`,
          );
        if (isNeedless) output.write(`Stack ${stack}: nothing to deploy.\n`);
      },
    };
  };
}
