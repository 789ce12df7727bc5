import { countOf } from "../../kafka/describe-value.ts";
import { findOwnerByName, isKafkasOwn } from "../../kafka/internal-topics.ts";
import type { LiveTopic } from "../../kafka/topic.ts";
import { showUrl } from "../../pulumi/named-backend.ts";
import type { Created } from "./create.ts";

/** Describes a new stack, and what the user must remember. */
export function describeCreated(
  stack: string,
  { backend, isBackendNew, isPassphraseNew }: Pick<Created, "backend" | "isBackendNew" | "isPassphraseNew">,
): string {
  return [
    `Stack ${stack} was created in the backend ${showUrl(backend)}. Pulumi.${stack}.yaml says how to reach its cluster.`,
    isBackendNew && "Pulumi.yaml names this backend for all stacks.",
    isPassphraseNew &&
      "Keep the passphrase: without it, the stack's secrets are lost. Later commands take it from PULUMI_CONFIG_PASSPHRASE:\n" +
        "  read -rs PULUMI_CONFIG_PASSPHRASE && export PULUMI_CONFIG_PASSPHRASE",
  ]
    .filter(Boolean)
    .join("\n");
}

/** Says how to correct a new stack that cannot reach its cluster. */
export function explainUnusable(stack: string): string {
  return (
    `The stack cannot use its cluster. Correct the values with npm run pulumi -- config set --stack ${stack}, and check ` +
    `them with npm run doctor -- --stack ${stack}. Or remove the stack with npm run pulumi -- stack rm ${stack} --yes, and create it again.`
  );
}

/** Suggests the next step for a new stack: to adopt the topics of its cluster, else to preview the first update. */
export function suggestNext(stack: string, topics: readonly Pick<LiveTopic, "name" | "internal">[]): string {
  const adoptable = topics.filter(
    (topic) => !isKafkasOwn(topic) && findOwnerByName(topic.name) === undefined,
  );
  if (adoptable.length > 0)
    return (
      `The cluster has ${countOf(adoptable.length, "topic")}. Next: npm run adopt -- --stack ${stack}, which declares ` +
      "them in infra/topics/ as they are"
    );
  return (
    `The cluster has no topics that npm run adopt could adopt. Next: npm run preview -- --stack ${stack}, which shows the ` +
    `topics of infra/topics/ that the first update would create. Then npm start -- --stack ${stack} deploys them and ` +
    "runs the smoke suite."
  );
}
