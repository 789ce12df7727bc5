import type { CatalogueFinding } from "../../infra/findings.ts";
import { type Stack, stackFile } from "../../infra/stack.ts";
import { readStackSettings } from "../../infra/stack-settings.ts";
import { type Connection, principalOf, readConnection } from "../../kafka/connection.ts";
import { chooseReviewSources } from "../../kafka/review-settings.ts";
import type { GroupNaming } from "../../kafka/smoke-settings.ts";
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
 * @param fileProblems what is wrong with its file; if it cannot be read, nothing else is checked
 */
export function checkSettings(
  name: string,
  config: Readonly<Record<string, string>>,
  fileProblems: readonly CatalogueFinding[] = [],
): { readonly step: StepOf<"settings">; readonly settings?: Settings } {
  const broken = fileProblems.filter(({ code }) => code === "STACK_FILE_INVALID");
  if (broken.length > 0) return { step: { step: "settings", status: "failed", findings: broken } };
  const { stack, connection: read, smoke, problems } = readStackSettings(projectName, name, config);
  const findings = [...problems.ofConnections, ...fileProblems, ...problems.ofStack, ...problems.ofReview];
  if ("problems" in read || "problems" in smoke || !stack || findings.length > 0)
    return { step: { step: "settings", status: "failed", findings } };
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
