import { z } from "zod";
import { type Connection, readConnection } from "./connection.ts";
import { keysOf, moveKeys, removeReplaced } from "./other-principal.ts";
import { type Problem, problemsOf } from "./problem.ts";

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
  const read = ownKeysOf(config).length > 0 ? readReplaced(config, place, environment) : deploying;
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
function ownKeysOf(config: Config): string[] {
  return keysOf(config, "smoke").filter((key) => smoke + key !== groupKey);
}

/** Reads a connection with the settings of `kafka:` and of the environment replaced by those of `smoke:`. */
function readReplaced(
  config: Config,
  place: string,
  environment: NodeJS.ProcessEnv,
): ReturnType<typeof readConnection> {
  const own = ownKeysOf(config);
  const others = removeReplaced({ config, environment }, own, config[`${smoke}saslMechanism`]);
  return readConnection(moveKeys(others.config, "smoke", own), place, others.environment);
}

function nameSmokeKey<Code extends string>(problem: Problem<Code>): Problem<Code> {
  const { field } = problem;
  return field.startsWith(kafka) ? { ...problem, field: smoke + field.slice(kafka.length) } : problem;
}
