import { z } from "zod";
import { type Connection, readConnection } from "./connection.ts";
import { isPlainText } from "./connection-settings.ts";
import { keysOf, moveKeys, removeReplaced } from "./other-principal.ts";
import { problemsOf } from "./problem.ts";

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

const [namespace, groupKey] = ["smoke", "smoke:group"];

const allowed = 'the id of a consumer group that nothing else uses, or a prefix such as "audit-*"';
const groupSchema = z
  .string(allowed)
  .regex(/^[^\s*]{1,200}\*?$/, allowed)
  .refine(isPlainText, allowed)
  .transform((text): GroupNaming => ({ name: text.replace("*", ""), isPrefix: text.endsWith("*") }))
  .default(defaultGroups);

/**
 * Reads how the smoke suite connects: with the `kafka:` keys of a stack's config, each replaced by the `smoke:` key with the
 * same name if that is set. `smoke:group` names its consumer groups.
 * @param config all keys of the stack's config with their values as text
 * @param place the config's file, as problems name it: `Pulumi.dev.yaml`
 * @param deploying how the deployment connects, if that has been read
 * @returns the problems of both connections, each once, if there are any
 */
export function readSmokeSettings(
  config: Config,
  place: string,
  environment: NodeJS.ProcessEnv = process.env,
  deploying = readConnection(config, place, environment),
): ReadSmokeSettings {
  const own = keysOf(config, namespace).filter((key) => nameKey(key) !== groupKey);
  const read = own.length > 0 ? readReplaced(own, config, place, environment) : deploying;
  const groups = groupSchema.safeParse(config[groupKey], { reportInput: true });
  const ofDeploying = "problems" in deploying ? deploying.problems : [];
  const isKnown = ({ field }: Problems[number]) =>
    ofDeploying.some((one) => keyIn(one.field) === keyIn(field) && !own.includes(keyIn(field)));
  const problems = [
    ...ofDeploying,
    ...("problems" in read && read !== deploying ? read.problems.filter((one) => !isKnown(one)) : []),
    ...(groups.success ? [] : problemsOf(groups.error, place, () => groupKey)),
  ];
  if (problems.length > 0 || "problems" in read || !groups.success) return { problems };
  return { connection: read.connection, groups: groups.data };
}

/** `timeout` for `kafka:timeout`; the name of a variable stays as it is. */
function keyIn(field: string): string {
  return field.slice(field.indexOf(":") + 1);
}

/** Reads a connection with the settings of `kafka:` and of the environment replaced by those of `smoke:`. */
function readReplaced(
  own: readonly string[],
  config: Config,
  place: string,
  environment: NodeJS.ProcessEnv,
): ReturnType<typeof readConnection> {
  const others = removeReplaced({ config, environment }, own, config[nameKey("saslMechanism")]);
  const names = new Map(own.map((key) => [key, nameKey(key)]));
  return readConnection(moveKeys(others.config, namespace, own), place, others.environment, {
    namespace,
    names,
  });
}

function nameKey(key: string): string {
  return `${namespace}:${key}`;
}
