import { readConnection } from "../kafka/connection.ts";
import { checkReviewSettings } from "../kafka/review-settings.ts";
import type { OwnSettings } from "../kafka/setting-names.ts";
import { readSmokeSettings } from "../kafka/smoke-settings.ts";
import type { CatalogueFinding } from "./findings.ts";
import { explainMissingFile } from "./missing-file.ts";
import { readStack, stackFile } from "./stack.ts";

/**
 * Reads all settings of a stack, also those that a command does not need: their problems are reported together.
 * @param config all keys of the stack's config with their values as text
 * @param own the settings of the deployment's connection that come from other keys or variables
 * @returns the settings as far as they could be read, and the problems of each part
 */
export function readStackSettings(
  project: string,
  name: string,
  config: Readonly<Record<string, string>>,
  own?: OwnSettings,
) {
  const file = stackFile(name);
  const { stack, problems: ofStack } = readStack(project, name, config);
  const connection = readConnection(config, file, process.env, own);
  const smoke = readSmokeSettings(config, file, process.env, connection);
  // Those of the deployment's connection are among those of the smoke suite's.
  const ofConnections: readonly CatalogueFinding[] =
    "problems" in smoke ? explainMissingFile(name, smoke.problems) : [];
  // Otherwise a mistake would show only in the next review, or after the deployment.
  const ofReview: readonly CatalogueFinding[] = checkReviewSettings(config, file, stack?.reviewAs);
  return { stack, connection, smoke, problems: { ofStack, ofConnections, ofReview } };
}
