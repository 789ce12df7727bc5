import type { RecordedSettings } from "../../infra/recorded-settings.ts";
import { isUnexpected } from "../../machine/command.ts";
import type { BaseStack } from "../../pulumi/base-stack.ts";
import { type ConfigValues, readPlainConfig, settingsIn } from "../../pulumi/stack-config.ts";
import type { DeployedSettings } from "../../pulumi/state.ts";
import type { Doubt } from "./findings.ts";
import { judgeSettings } from "./judge-settings.ts";
import type { SettingChange } from "./setting-change.ts";

/** The changes of a stack's settings. */
export type ComparedSettings = {
  /** The commit that they are compared with; absent for the last deployment. */
  readonly base?: string;
  readonly changes: readonly SettingChange[];
  readonly doubts: readonly Doubt[];
};

/** How to compare a stack's settings. */
export type Comparison = {
  /** What to compare with, instead of the last deployment. */
  readonly base?: BaseStack | undefined;
  /** The keys that may weaken the connection, or `*`. */
  readonly allowed: readonly string[];
  /** The stack's config with nothing decrypted, if it is being read already. */
  readonly config?: Promise<ConfigValues>;
};

/**
 * Starts to read a stack's settings, and returns a function that compares them. They are what a deployment would use, by the
 * engine's parser and not ours.
 */
export function startComparison(
  stack: string,
  { base, allowed, config: reading = readPlainConfig(stack) }: Comparison,
): (deployed: DeployedSettings | undefined) => Promise<ComparedSettings> {
  // Awaited below, after the engine's preview.
  reading.catch(() => {});
  return async (deployed) => {
    if (base) {
      // Loaded only here: it loads a parser.
      const { compareWithCommit } = await import("./compare-commit.ts");
      const changes = compareWithCommit(stack, base, await reading, allowed);
      return { base: base.ref, changes, doubts: [] };
    }
    try {
      return compareWithDeployment(deployed, settingsIn(await reading), allowed);
    } catch (error) {
      if (isUnexpected(error) || !(error instanceof Error)) throw error;
      return { changes: [], doubts: [{ code: "SETTINGS_NOT_COMPARED", observed: error.message }] };
    }
  };
}

/**
 * Compares a stack's settings with those of its last deployment.
 * @param deployed undefined before the first deployment, which changes no setting
 */
function compareWithDeployment(
  deployed: DeployedSettings | undefined,
  settings: RecordedSettings,
  allowed: readonly string[],
): ComparedSettings {
  if (!deployed) return { changes: [], doubts: [] };
  if (deployed.isComplete)
    return { changes: judgeSettings(deployed.settings, settings, allowed), doubts: [] };
  const connection = Object.entries(settings).filter(([key]) => key.startsWith("kafka:"));
  return {
    changes: judgeSettings(deployed.settings, Object.fromEntries(connection), allowed),
    doubts: [{ code: "LIMITS_NOT_COMPARED" }],
  };
}
