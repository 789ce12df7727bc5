import type { CatalogueFinding } from "../../infra/findings.ts";
import { readStack, type Stack, stackFile } from "../../infra/stack.ts";
import { type Connection, principalOf, readConnection } from "../../kafka/connection.ts";
import { checkReviewSettings, chooseReviewSources } from "../../kafka/review-settings.ts";
import { type GroupNaming, readSmokeSettings } from "../../kafka/smoke-settings.ts";
import { projectName } from "../../machine/paths.ts";
import type { StepOf } from "./findings.ts";

/** A stack whose config is valid. */
export type Settings = {
  readonly stack: Stack;
  readonly connection: Connection;
  /** How reviews connect; absent if they connect as the deployment does, or if a variable is missing. */
  readonly review?: { readonly connection: Connection };
  /** How the smoke suite connects, and its consumer groups. */
  readonly smoke: { readonly connection: Connection; readonly groups: GroupNaming };
};

/**
 * Checks a stack's config as all commands do.
 * @param plainSecrets the secrets that its file contains unencrypted
 */
export function checkSettings(
  name: string,
  config: Readonly<Record<string, string>>,
  plainSecrets: readonly CatalogueFinding[] = [],
): { readonly step: StepOf<"settings">; readonly settings?: Settings } {
  const read = readConnection(config, stackFile(name));
  const { stack, problems: own } = readStack(projectName, name, config);
  const problems = [...plainSecrets, ...own];
  const smoke = readSmokeSettings(config, stackFile(name), process.env, read);
  problems.push(...checkReviewSettings(config, stackFile(name), stack?.reviewAs));
  if ("problems" in read || "problems" in smoke || !stack || problems.length > 0) {
    const findings = [...("problems" in smoke ? smoke.problems : []), ...problems];
    return { step: { step: "settings", status: "failed", findings } };
  }
  const { connection } = read;
  const ofReview = chooseReviewSources({ config, environment: process.env }, stack.reviewAs);
  const review =
    ofReview && readConnection(ofReview.config, stackFile(name), ofReview.environment, ofReview.own);
  const { tls, sasl, bootstrapServers } = connection;
  const observed = {
    bootstrapServers,
    securityProtocol: `${sasl ? "SASL_" : ""}${tls ? "SSL" : "PLAINTEXT"}`,
    ...(sasl && { saslMechanism: sasl.mechanism.toUpperCase() }),
    principal: principalOf(connection),
  };
  return {
    step: { step: "settings", status: "passed", observed, findings: [] },
    settings: { stack, connection, smoke, ...(review && "connection" in review && { review }) },
  };
}
