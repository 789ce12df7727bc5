import { explainSecrets } from "../infra/secret-remedy.ts";
import { ClusterError } from "../kafka/cluster-error.ts";
import { findSecretsToSet } from "../kafka/describe-failure.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { isSecretKey } from "../kafka/secret-settings.ts";

/** Adds to an error about the connection of a stack how to set the secret keys that it names. */
export async function explainingSecrets<Answer>(stack: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error)
      error.message = [error.message, ...explainSecrets(stack, secretsOf(error))].join("\n  ");
    throw error;
  }
}

function secretsOf(error: Error): readonly string[] {
  if (error instanceof ClusterError)
    return findSecretsToSet(error.finding.observed, error.finding.settingNames);
  if (!(error instanceof RefusedError)) return [];
  return [...new Set(error.problems.map(({ field }) => field).filter(isSecretKey))];
}
