import type { StackKey } from "../../infra/stack.ts";
import { byteRate, duration } from "../../infra/stack-values.ts";
import { type Judged, parseSetting } from "./setting-change.ts";

/** Judges a change of one setting; returns undefined if it has no effect. */
type Judge = (observed?: string, expected?: string) => Judged | undefined;

const loosened: Judged = ["caution", "LIMIT_LOOSENED"];
const tightened: Judged = ["safe", "LIMIT_TIGHTENED"];

/** Every name matches it, as without a pattern. */
const anyName = ".*";

/** Judges the changes of each key of this project's namespace; each has its default if it is absent. */
const judges: Readonly<Record<StackKey, Judge>> = {
  // Whether one pattern matches fewer names than another is unknown.
  namePattern: (observed = anyName) => (observed === anyName ? tightened : loosened),
  teams: () => loosened,
  defaultReplicationFactor: judgeLeast(3),
  // What they change is reported for each topic.
  defaultPartitions: () => ["safe", "DEFAULT_CHANGED"],
  defaults: () => ["safe", "DEFAULT_CHANGED"],
  // It may let the suite write to topics, which no change of a topic shows.
  smoke: () => ["caution", "DEFAULT_CHANGED"],
  minReplicationFactor: judgeLeast(1),
  // It lowers the replication factor of topics, and so their protection.
  maxReplicationFactor: judgeLeast(32767),
  maxPartitions: judgeMost,
  maxTotalPartitions: judgeMost,
  minRetention: judgeLeast(0),
  maxRetention: judgeMost,
  requiredFields: judgeList,
  requiredConfigs: judgeList,
  forbiddenConfigs: judgeList,
  // Whether a list is looser than another one depends on the topics.
  limits: () => loosened,
  protect: judgeSwitch("true", "true"),
  preflight: judgeSwitch("on", "on"),
  repair: judgeSwitch("on", "on"),
  replicationThrottle: judgeThrottle,
  adoptExisting: judgeSwitch("false", "true"),
  ignore: judgeIgnored,
  undeclared: judgeSwitch("fail", "fail"),
  promoteAfter: judgePromotion,
  reviewAs: () => ["caution", "CONNECTION_CHANGED"],
  // Invalid overrides: each field of valid ones is a setting of its own.
  overrides: () => ["caution", "EXEMPTION_ADDED"],
};
const byName = new Map(Object.entries(judges));

/**
 * Judges a changed key of this project's namespace.
 * @param name the key without the namespace: `maxPartitions`, `overrides.orders.protect`
 */
export function judgeStack(name: string, observed?: string, expected?: string): Judged | undefined {
  if (name.startsWith("overrides."))
    return ["caution", expected === undefined ? "EXEMPTION_REMOVED" : "EXEMPTION_ADDED"];
  const judge = byName.get(name);
  return judge ? judge(observed, expected) : ["caution", "SETTING_CHANGED"];
}

function judgeLeast(none: number): Judge {
  return (observed, expected) => judgeLimit(toLimit(expected, none) - toLimit(observed, none));
}

function judgeMost(observed?: string, expected?: string): Judged | undefined {
  // Not infinity, whose difference to itself is no number.
  const none = Number.MAX_SAFE_INTEGER;
  return judgeLimit(toLimit(observed, none) - toLimit(expected, none));
}

/** @param difference more than 0 if the limit is tighter than before, NaN if one of them is invalid */
function judgeLimit(difference: number): Judged | undefined {
  if (difference === 0) return undefined;
  return difference > 0 ? tightened : loosened;
}

/** Converts a number or a duration; `none` and an absent limit are the number that has no effect. */
function toLimit(text: string | undefined, none: number): number {
  const parsed = duration.safeParse(text);
  return parsed.success || text === undefined ? (parsed.data ?? none) : Number(text);
}

/** Judges the throttle of replication: a faster one, or none, leaves less of the brokers for other clients. */
function judgeThrottle(observed?: string, expected?: string): Judged | undefined {
  const [before, after] = [observed, expected].map(
    (text) => byteRate.safeParse(text).data ?? Number.POSITIVE_INFINITY,
  );
  if (before === undefined || after === undefined || before === after) return undefined;
  return after < before ? ["safe", "SAFEGUARD_ADDED"] : ["caution", "SAFEGUARD_REMOVED"];
}

function judgeList(observed = "[]", expected = "[]"): Judged | undefined {
  const [before, after] = [[parseSetting(observed)].flat(), [parseSetting(expected)].flat()];
  if (!before.every((config) => after.includes(config))) return loosened;
  return after.every((config) => before.includes(config)) ? undefined : tightened;
}

/** Judges the list of differences that drift ignores. */
function judgeIgnored(observed = "[]", expected = "[]"): Judged | undefined {
  const [before, after] = [observed, expected].map((text) =>
    [parseSetting(text)].flat().map((entry) => JSON.stringify(entry)),
  );
  return after?.every((entry) => before?.includes(entry))
    ? ["safe", "SAFEGUARD_ADDED"]
    : ["caution", "SAFEGUARD_REMOVED"];
}

/** Judges the list of stacks that are deployed before this one. */
function judgePromotion(observed?: string, expected?: string): Judged | undefined {
  const judged = judgeList(observed, expected);
  return judged === loosened ? ["caution", "SAFEGUARD_REMOVED"] : judged && ["safe", "SAFEGUARD_ADDED"];
}

/**
 * @param safe the value with which the switch protects the stack's topics
 * @param initial the default
 */
function judgeSwitch(safe: string, initial: string): Judge {
  return (observed = initial, expected = initial) => {
    if (observed === expected) return undefined;
    return expected === safe ? ["safe", "SAFEGUARD_ADDED"] : ["caution", "SAFEGUARD_REMOVED"];
  };
}
