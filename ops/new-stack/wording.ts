import { countOf } from "../../kafka/describe-value.ts";
import { isKafkasOwn, ownersOn } from "../../kafka/internal-topics.ts";
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
    `The stack cannot use its cluster. Correct a value with npm run pulumi -- config set --stack ${stack} KEY VALUE, a ` +
    `secret with npm run secret -- --stack ${stack} KEY, and check them with npm run doctor -- --stack ${stack}. Or remove ` +
    `the stack with npm run pulumi -- stack rm ${stack} --yes, and create it again.`
  );
}

/**
 * Suggests the next step for a new stack: to adopt the topics of its cluster that the catalogue does not declare, else to
 * preview the first update.
 * @param declared the names of the topics in the catalogue
 */
export function suggestNext(
  stack: string,
  topics: readonly Pick<LiveTopic, "name" | "internal">[],
  declared: readonly string[],
): string {
  const ownerOf = ownersOn(topics.map(({ name }) => name));
  const ofTeams = topics.filter((topic) => !isKafkasOwn(topic) && ownerOf(topic.name) === undefined);
  const adoptable = ofTeams.filter(({ name }) => !declared.includes(name));
  if (adoptable.length > 0)
    return (
      `The cluster has ${countOf(adoptable.length, "topic")}${ofTeams.length > adoptable.length ? " that the catalogue does not declare" : ""}. ` +
      `Next: npm run adopt -- --stack ${stack}, which declares them in infra/topics/ as they are`
    );
  const [found, effect] =
    ofTeams.length > 0
      ? ["The catalogue declares all topics of the cluster.", "what the first update would create and adopt"]
      : [
          "The cluster has no topics that npm run adopt could adopt.",
          "the topics of infra/topics/ that the first update would create",
        ];
  return (
    `${found} Next: npm run preview -- --stack ${stack}, which shows ${effect}. Then npm start -- --stack ${stack} ` +
    "deploys them and runs the smoke suite."
  );
}
