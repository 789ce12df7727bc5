import type { Connection } from "../kafka/connection.ts";
import { ownSettingsVariable, readOwnSettings } from "../kafka/setting-names.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import { parseCatalogue } from "./catalogue.ts";
import type { EvaluatedCatalogue } from "./evaluated-catalogue.ts";
import type { CatalogueFinding } from "./findings.ts";
import { findPlainSecrets } from "./plain-secrets.ts";
import { resolveTopics } from "./resolve.ts";
import type { Stack } from "./stack.ts";
import { listStacks } from "./stack-files.ts";
import { readStackSettings } from "./stack-settings.ts";

/** A stack's desired state, as far as it could be parsed, and all problems. */
export type Desired = {
  readonly stack?: Stack;
  readonly connection?: Connection;
  /** They may still break a rule between two values, or a limit of the stack: see `problems`. */
  readonly topics: readonly TopicSpec[];
  /** The catalogue's entries of these topics, by name. */
  readonly entries: ReadonlyMap<string, CatalogueEntry>;
  /** All topics that are declared for the stack, including those that could not be parsed. */
  readonly declaredNames: readonly string[];
  readonly problems: readonly CatalogueFinding[];
};

/**
 * Reads a stack's desired state: checks the catalogue and the stack's config together.
 * @param config all keys of the stack's config with their values as text
 * @param isEncrypted whether the stack's file encrypts the value of a key; absent if that was checked before
 * @param stackNames the stacks that have a file
 */
export function readDesired(
  {
    project,
    stack: stackName,
    config,
    isEncrypted = () => true,
    stackNames = listStacks(),
  }: {
    project: string;
    stack: string;
    config: Record<string, string>;
    isEncrypted?: (key: string) => boolean;
    stackNames?: readonly string[];
  },
  catalogue: EvaluatedCatalogue,
): Desired {
  const { entries, declaredNames, problems } = parseCatalogue(catalogue);
  const own = readOwnSettings(process.env[ownSettingsVariable]);
  const { stack, connection, problems: ofSettings } = readStackSettings(project, stackName, config, own);
  const { ofStack, ofConnections, ofReview } = ofSettings;
  const resolved = stack
    ? resolveTopics(entries, declaredNames, stack, stackNames)
    : { topics: [], absent: new Set<string>(), problems: [] };
  problems.push(...findPlainSecrets(stackName, config, isEncrypted), ...ofStack, ...resolved.problems);
  problems.push(...ofReview, ...ofConnections);
  return {
    // Defaults that replace invalid values must not be checked against a cluster.
    ...(stack && ofStack.length === 0 && { stack }),
    ...("connection" in connection && { connection: connection.connection }),
    topics: resolved.topics,
    entries: new Map(entries.map((entry) => [entry.name, entry])),
    declaredNames: declaredNames.filter((name) => !resolved.absent.has(name)),
    problems,
  };
}
