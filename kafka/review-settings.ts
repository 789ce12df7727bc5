import { type ConnectionProblem, readConnection } from "./connection.ts";
import { environmentNames } from "./connection-settings.ts";
import { keysOf, moveKeys, removeReplaced, type Sources, textOf } from "./other-principal.ts";
import { isReadFor } from "./sasl-rules.ts";
import type { OwnSettings } from "./setting-names.ts";

/** Where the settings of a review's connection come from, and how to name them. */
export type ReviewSources<Value> = Sources<Value> & { readonly own: OwnSettings };

const kafka = "kafka:";
const prefix = "REVIEW_";

/**
 * Chooses how a review connects: the keys of the namespace `reviewAs` replace the `kafka:` keys with the same names, and the
 * variables with the prefix `REVIEW_` replace both: `REVIEW_KAFKA_SASL_PASSWORD` is the password.
 * @param reviewAs of the stack's config
 * @returns undefined if there is neither: the review connects as the deployment does
 */
export function chooseReviewSources<Value>(
  sources: Sources<Value>,
  reviewAs: string | undefined,
): ReviewSources<Value> | undefined {
  // The namespace of the smoke suite also has its consumer groups.
  const isSetting = (key: string) => reviewAs !== "smoke" || key !== "group";
  const named = reviewAs === undefined ? [] : keysOf(sources.config, reviewAs).filter(isSetting);
  const ownMechanism =
    sources.environment[`${prefix}KAFKA_SASL_MECHANISM`] ||
    textOf(sources.config[`${reviewAs}:saslMechanism`]) ||
    textOf(sources.config[`${kafka}saslMechanism`]);
  const given = readVariables(sources.environment, ownMechanism);
  if (named.length + given.length === 0) return undefined;
  const isGiven = (key: string) => given.some((one) => one.key === key);
  const own = [...named, ...given.map(({ key }) => key)];
  const { config: kept, environment } = removeReplaced(sources, own, ownMechanism);
  const moved = named.filter((key) => !isGiven(key));
  const config = reviewAs === undefined ? kept : moveKeys(kept, reviewAs, moved);
  const others = Object.entries(environment).filter(([name]) => !name.startsWith(prefix));
  const renamed = given.map(({ name, value }) => [name, value] as const);
  const missing = given.length > 0 ? Object.entries(environmentNames).filter(([key]) => isIdentity(key)) : [];
  const names = new Map([
    // What is missing belongs where the other settings are.
    ...missing.flatMap(([key, [name]]) =>
      name && config[kafka + key] === undefined ? [[key, prefix + name] as const] : [],
    ),
    ...moved.map((key) => [key, `${reviewAs}:${key}`] as const),
    ...given.map(({ key, name }) => [key, prefix + name] as const),
  ]);
  return {
    config,
    environment: Object.fromEntries([...others, ...renamed]),
    own: { namespace: reviewAs ?? "kafka", names },
  };
}

function isIdentity(key: string): boolean {
  return /^(sasl|client)/.test(key);
}

/**
 * Checks `reviewAs` of a stack's config, and the keys of its namespace. A key that is missing may be a variable when a review
 * runs.
 */
export function checkReviewSettings(
  config: Readonly<Record<string, string>>,
  place: string,
  reviewAs: string | undefined,
): ConnectionProblem[] {
  if (reviewAs === undefined) return [];
  const unnamed = checkNamespace(config, place, reviewAs);
  const sources = chooseReviewSources({ config, environment: {} }, reviewAs);
  if (unnamed.length > 0 || !sources) return unnamed;
  const read = readConnection(sources.config, place, sources.environment, sources.own);
  if (!("problems" in read)) return [];
  return read.problems.filter(({ field, given }) => field.startsWith(`${reviewAs}:`) && given !== undefined);
}

/** Checks that `reviewAs` of a stack's config names a namespace that has keys. */
export function checkNamespace(
  config: Readonly<Record<string, unknown>>,
  place: string,
  given: unknown,
): ConnectionProblem[] {
  const isNamespace = typeof given === "string" && given !== "kafka" && keysOf(config, given).length > 0;
  if (isNamespace || given === undefined) return [];
  const allowed = 'the namespace of keys that this file has: "review" for review:saslUsername';
  return [{ code: "INVALID_VALUE", place, field: "reviewAs", given, allowed }];
}

/** The variables of a review's connection: for each key, the first that is set, without its prefix. */
function readVariables(environment: NodeJS.ProcessEnv, mechanism: string | undefined) {
  return Object.entries(environmentNames).flatMap(([key, names]) => {
    const name = names.find((each) => environment[prefix + each]);
    const value = name && environment[prefix + name];
    return value && isReadFor(mechanism, key) ? [{ key, name, value }] : [];
  });
}
