import type { EvaluatedCatalogue } from "../infra/evaluated-catalogue.ts";
import { explainLocked, readLivingLocks } from "./locks.ts";
import { endOrphans } from "./orphans.ts";
import { say } from "./say.ts";
import type { ExportedState } from "./state.ts";

/** What a judge decides about an update. */
export type Judgement = {
  /** 0 if the update may run, otherwise the exit code of the command. */
  readonly exitCode: number;
  /** Whether the update would fail; what an earlier update left behind may be the reason. */
  readonly wouldFail: boolean;
  /** Whether the update would change nothing, not even the state, so that the engine need not run. */
  readonly isNeedless: boolean;
  /** Environment variables for the update. */
  readonly environment: Readonly<Record<string, string>>;
  /** Prepares the state of an update that may run; the update is then judged again. */
  readonly prepare?: () => Promise<void>;
  /**
   * Changes on the cluster what has to precede an update that may run, after it is shown.
   * @param signal aborted by the first signal to this process
   * @returns whether the update may run
   */
  readonly precede?: (signal: AbortSignal) => Promise<boolean>;
  /** Improves on the cluster what an update that succeeded has changed. */
  readonly afterSuccess?: (signal: AbortSignal) => Promise<void>;
  /** Restores what an update that failed has removed from the cluster, and would have set again at its end. */
  readonly afterFailure?: () => Promise<void>;
  /** Shows the reasons to the user. */
  readonly show: () => void;
};

/** An update by `up`. */
export type Update = {
  /** The catalogue, which the program gets instead of evaluating it again. */
  readonly catalogue: EvaluatedCatalogue;
  /**
   * Judges the update before each attempt.
   * @param state the stack's state, which may still be being read
   */
  readonly judge: (state: Promise<ExportedState>) => Promise<Judgement>;
};

/**
 * Reports that another process has locked a stack, so that nobody waits for a preview to learn it.
 * @returns whether one has
 */
export async function reportLocked(stack: string, folder: string): Promise<boolean> {
  const locks = readLivingLocks(folder, stack);
  if (locks.length === 0) return false;
  say(explainLocked(stack, locks));
  await endOrphans();
  return true;
}

/** Reads the state for an update, recovers it if necessary, and judges the update. */
export async function beginUpdate(
  stack: string,
  { readRecovered }: typeof import("./recover-state.ts"),
  update: Update | undefined,
) {
  const { exportState } = await import("./state.ts");
  const exported = exportState(stack);
  // The preview takes longer than reading the state, so it starts at once.
  const judging = update?.judge(exported);
  judging?.catch(() => {});
  const recovered = await readRecovered(stack, exported);
  const isOutdated = recovered.state !== (await exported);
  const judgement = await (isOutdated ? update?.judge(Promise.resolve(recovered.state)) : judging);
  return { ...recovered, judgement };
}
