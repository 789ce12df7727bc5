import { describeUnreachableCluster, type UnreachableCluster } from "../kafka/cluster-error.ts";
import { findSecretsToSet } from "../kafka/describe-failure.ts";

/**
 * Says how to set secret keys of a stack's config: `config set` of the engine is refused for them.
 * @returns a sentence for each key
 */
export function explainSecrets(stack: string, keys: readonly string[]): string[] {
  return keys.map((key) => `To set ${key}: npm run secret -- --stack ${stack} ${key}`);
}

/** Describes why the cluster of a stack is unreachable, in a line for each server, and how to set its secrets. */
export function describeUnreachableOf(stack: string, finding: UnreachableCluster): string {
  const secrets = findSecretsToSet(finding.observed, finding.settingNames);
  return [describeUnreachableCluster(finding), ...explainSecrets(stack, secrets)].join("\n  ");
}
