import { z } from "zod";
import { type Connection, readConnection } from "./connection.ts";
import { environmentNames } from "./connection-settings.ts";
import { type Problem, problemsOf } from "./problem.ts";
import { isForMechanism } from "./sasl-rules.ts";

/** The consumer groups that the smoke suite may use, as the ACLs of a cluster may require. */
export type GroupNaming = {
  /** The id of the only group or, with `isPrefix`, the beginning of the groups' ids. */
  readonly name: string;
  readonly isPrefix: boolean;
};

/** The groups of a stack that names none. The suite's own ids, which follow the prefix, begin with `smoke-`. */
export const defaultGroups: GroupNaming = { name: "", isPrefix: true };

/** Returns the id of the only consumer group, or the beginning of the ids of the groups. */
export function groupOf({ name, isPrefix }: GroupNaming): string {
  return isPrefix ? name || "smoke-" : name;
}

type Config = Readonly<Record<string, string>>;
type Problems = Extract<ReturnType<typeof readConnection>, { problems: unknown }>["problems"];
type ReadSmokeSettings = { connection: Connection; groups: GroupNaming } | { problems: Problems };

const [kafka, smoke, groupKey] = ["kafka:", "smoke:", "smoke:group"];
const identity = {
  sasl: /^sasl/,
  certificate: /^client(Cert|Key)/,
  /** Where the credentials of AWS IAM come from. */
  iam: /^saslAws(?!Region|CredsDebug)/,
};

const allowed = 'the id of a consumer group that nothing else uses, or a prefix such as "audit-*"';
const group = z
  .string(allowed)
  .regex(/^[^\s*]{1,200}\*?$/, allowed)
  .transform((text): GroupNaming => ({ name: text.replace("*", ""), isPrefix: text.endsWith("*") }))
  .default(defaultGroups);

/**
 * Reads how the smoke suite connects: with the `kafka:` keys of a stack's config, each replaced by the `smoke:` key with the
 * same name if that is set. `smoke:group` names its consumer groups.
 * @param config all keys of the stack's config with their values as text
 * @param place the config's file, as problems name it: `Pulumi.dev.yaml`
 * @param deploying how the deployment connects, if that has been read
 */
export function readSmokeSettings(
  config: Config,
  place: string,
  environment: NodeJS.ProcessEnv = process.env,
  deploying = readConnection(config, place, environment),
): ReadSmokeSettings {
  if ("problems" in deploying) return deploying;
  const read = keysOf(config).length > 0 ? readReplaced(config, place, environment) : deploying;
  const groups = group.safeParse(config[groupKey], { reportInput: true });
  const problems = [
    // The `kafka:` keys alone have no problems, so each problem is about a `smoke:` key.
    ...("problems" in read ? read.problems.map(nameSmokeKey) : []),
    ...(groups.success ? [] : problemsOf(groups.error, place, () => groupKey)),
  ];
  if ("problems" in read || !groups.success) return { problems };
  return { connection: read.connection, groups: groups.data };
}

/** The problems of the `smoke:` keys alone, for a caller that reports those of the deployment's connection itself. */
export function ownProblemsOf(read: ReadSmokeSettings): Problems {
  return "problems" in read ? read.problems.filter(({ field }) => field.startsWith(smoke)) : [];
}

/** The `smoke:` keys for the connection, without the prefix. */
function keysOf(config: Config): string[] {
  return Object.keys(config).flatMap((key) =>
    key.startsWith(smoke) && key !== groupKey ? [key.slice(smoke.length)] : [],
  );
}

/** Reads a connection with the settings of `kafka:` and of the environment replaced by those of `smoke:`. */
function readReplaced(
  config: Config,
  place: string,
  environment: NodeJS.ProcessEnv,
): ReturnType<typeof readConnection> {
  const given = keysOf(config);
  const isGiven = (keys: RegExp) => given.some((key) => keys.test(key));
  const mechanism =
    config[`${smoke}saslMechanism`] ?? config[`${kafka}saslMechanism`] ?? environment.KAFKA_SASL_MECHANISM;
  // A principal with only a client certificate must not use SASL with the user of the other principal too, and no principal
  // uses a part of the other one's identity.
  const isCertificateOnly = isGiven(identity.certificate) && !isGiven(identity.sasl);
  const isKept = (key: string) =>
    !(isCertificateOnly && identity.sasl.test(key)) &&
    !(isGiven(identity.certificate) && identity.certificate.test(key)) &&
    !(isGiven(identity.iam) && identity.iam.test(key)) &&
    isForMechanism(mechanism, key);
  const kept = Object.entries(config).filter(([key]) =>
    key.startsWith(kafka) ? isKept(key.slice(kafka.length)) : !key.startsWith(smoke),
  );
  const own = given.map((key) => [kafka + key, config[smoke + key] ?? ""] as const);
  const dropped = Object.entries(environmentNames).flatMap(([key, names]) => (isKept(key) ? [] : names));
  const variables = Object.entries(environment).filter(([name]) => !dropped.includes(name));
  return readConnection(Object.fromEntries([...kept, ...own]), place, Object.fromEntries(variables));
}

function nameSmokeKey<Code extends string>(problem: Problem<Code>): Problem<Code> {
  const { field } = problem;
  return field.startsWith(kafka) ? { ...problem, field: smoke + field.slice(kafka.length) } : problem;
}
