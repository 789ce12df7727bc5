import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { secureStack } from "../infra/stack-files.ts";
import type { Connection } from "../kafka/connection.ts";
import { defaultGroups, groupOf } from "../kafka/smoke-settings.ts";
import { stackConfigPath } from "../machine/paths.ts";
import { type Right, rights } from "../ops/rights.ts";
import { runCli } from "../pulumi/cli.ts";
import { readStackConfig } from "../pulumi/stack-config.ts";
import { secureCertificates, secureServers } from "./cluster/local.ts";
import { grantRights, setPasswords } from "./cluster/principals.ts";

/** The path of the stack's config: it is not in the repository, because each clone has its own passwords. */
const configPath = stackConfigPath(secureStack);

/** The SCRAM users, each with the namespace of its settings and its part in the table of rights. */
const users = [
  { user: "deployer", namespace: "kafka", principal: "deploying" },
  { user: "reviewer", namespace: "review", principal: "reviewing" },
  { user: "smoke", namespace: "smoke", principal: "smoke" },
] as const;

/** Writes the config of the stack `dev-secure`, without its passwords, unless there is one. */
export function writeSecureStack(): void {
  if (!existsSync(configPath)) writeFileSync(configPath, stackConfig(), { mode: 0o600 });
}

/**
 * Creates the principals of the stack `dev-secure` on the cluster, each with the rights that the commands need, and
 * adds their passwords to the stack's config.
 * @param admin as a principal that may do anything
 */
export async function createPrincipals(admin: Connection): Promise<void> {
  const config = await readStackConfig(secureStack);
  const passwords: Record<string, string> = {};
  for (const { user, namespace } of users) {
    const key = `${namespace}:saslPassword`;
    const password = config[key] ?? randomBytes(24).toString("base64url");
    if (config[key] === undefined)
      await runCli(secureStack, ["config", "set", "--secret", key], { input: password });
    passwords[user] = password;
  }
  await setPasswords(admin, passwords);
  for (const { user, principal } of users) {
    // The rights that a review can do without are those to change topics.
    const isGranted = ({ need }: Right) => principal !== "reviewing" || need === "always";
    const own = rights.filter((right) => right.principal === principal && isGranted(right));
    await grantRights(admin, `User:${user}`, own, { group: groupOf(defaultGroups) });
  }
}

function stackConfig(): string {
  return `# Written by npm start -- --secure, and removed by npm stop -- --wipe.
config:
  kafka:bootstrapServers:
${secureServers.map((server) => `    - ${server}\n`).join("")}\
  kafka:caCert: ${JSON.stringify(secureCertificates.certificate("root"))}
  kafka:saslMechanism: scram-sha512
${users.map(({ user, namespace }) => `  ${namespace}:saslUsername: ${user}\n`).join("")}\
  reviewAs: review
  protect: false
`;
}
