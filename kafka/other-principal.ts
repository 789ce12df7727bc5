import { environmentNames } from "./connection-settings.ts";
import { isForMechanism } from "./sasl-rules.ts";

/** Where the settings of a connection come from. */
export type Sources<Value> = {
  /** All keys of a stack's config; those with the prefix `kafka:` are settings. */
  readonly config: Readonly<Record<string, Value>>;
  /** The provider's variables among others. */
  readonly environment: NodeJS.ProcessEnv;
};

const kafka = "kafka:";
const identity = {
  sasl: /^sasl/,
  user: /^sasl(Username|Password)$/,
  certificate: /^client(Cert|Key)/,
  /** Where the credentials of AWS IAM come from. */
  iam: /^saslAws(?!Region|CredsDebug)/,
};

/** Returns the names of the keys of a namespace in a stack's config. */
export function keysOf(config: Readonly<Record<string, unknown>>, namespace: string): string[] {
  const prefix = `${namespace}:`;
  return Object.keys(config).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
}

/** Turns these keys of a namespace into `kafka:` keys, and removes the others of the namespace. */
export function moveKeys<Value>(
  config: Readonly<Record<string, Value>>,
  namespace: string,
  names: readonly string[],
): Record<string, Value> {
  const prefix = `${namespace}:`;
  const entries = Object.entries(config).flatMap(([key, value]) => {
    if (!key.startsWith(prefix)) return [[key, value] as const];
    const name = key.slice(prefix.length);
    return names.includes(name) ? [[kafka + name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/**
 * Removes the settings that another principal replaces, and those that would mix the identities of the two.
 * @param own the names of the settings that the other principal has
 * @param ownMechanism its SASL mechanism, if it has one of its own
 */
export function removeReplaced<Value>(
  { config, environment }: Sources<Value>,
  own: readonly string[],
  ownMechanism: string | undefined,
): Sources<Value> {
  const mechanism =
    ownMechanism ?? textOf(config[`${kafka}saslMechanism`]) ?? environment.KAFKA_SASL_MECHANISM;
  const isGiven = (keys: RegExp) => own.some((key) => keys.test(key));
  // A principal with only a client certificate must not use SASL with the user of the other principal too, and no principal
  // uses a part of the other one's identity.
  const isCertificateOnly = isGiven(identity.certificate) && !isGiven(identity.sasl);
  const isKept = (key: string) =>
    !own.includes(key) &&
    !(isCertificateOnly && identity.sasl.test(key)) &&
    ![identity.user, identity.certificate, identity.iam].some((part) => isGiven(part) && part.test(key)) &&
    isForMechanism(mechanism, key);
  const dropped = Object.entries(environmentNames).flatMap(([key, names]) => (isKept(key) ? [] : names));
  const keptKeys = Object.entries(config).filter(
    ([key]) => !key.startsWith(kafka) || isKept(key.slice(kafka.length)),
  );
  const keptVariables = Object.entries(environment).filter(([name]) => !dropped.includes(name));
  return { config: Object.fromEntries(keptKeys), environment: Object.fromEntries(keptVariables) };
}

/** Returns a value if it is text: one that is encrypted is not. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
