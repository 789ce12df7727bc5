import { readStack, type Stack, stackFile } from "../../infra/stack.ts";
import { type Connection, principalOf, readConnection } from "../../kafka/connection.ts";
import { projectName } from "../../machine/paths.ts";
import type { StepOf } from "./findings.ts";

/** A stack whose config is valid. */
export type Settings = { readonly stack: Stack; readonly connection: Connection };

/** Checks a stack's config as all commands do. */
export function checkSettings(
  name: string,
  config: Readonly<Record<string, string>>,
): { readonly step: StepOf<"settings">; readonly settings?: Settings } {
  const read = readConnection(config, stackFile(name));
  const { stack, problems } = readStack(projectName, name, config);
  if ("problems" in read || !stack || problems.length > 0) {
    const findings = [...("problems" in read ? read.problems : []), ...problems];
    return { step: { step: "settings", status: "failed", findings } };
  }
  const { connection } = read;
  const { tls, sasl, bootstrapServers } = connection;
  const observed = {
    bootstrapServers,
    securityProtocol: `${sasl ? "SASL_" : ""}${tls ? "SSL" : "PLAINTEXT"}`,
    ...(sasl && { saslMechanism: sasl.mechanism.toUpperCase() }),
    principal: principalOf(connection),
  };
  return {
    step: { step: "settings", status: "passed", observed, findings: [] },
    settings: { stack, connection },
  };
}
