import { isDeepStrictEqual } from "node:util";
import { projectName } from "../../machine/paths.ts";
import type { Risk } from "./risk.ts";

/** Codes of changed settings, with what each means for the stack's protection. */
export const settingCodes = [
  /** Records or credentials go to a server that did not get them before. */
  "ENDPOINT_ADDED",
  "TLS_DISABLED",
  "TLS_VERIFICATION_DISABLED",
  "CA_CHANGED",
  "AUTHENTICATION_WEAKENED",
  /** Any other change of a connection. */
  "CONNECTION_CHANGED",
  /** The settings of a Pulumi ESC environment, which the review cannot read. */
  "SETTINGS_IMPORTED",
  /** How the engine encrypts the stack's secrets. */
  "ENCRYPTION_CHANGED",
  "LIMIT_LOOSENED",
  "LIMIT_TIGHTENED",
  "SAFEGUARD_REMOVED",
  "SAFEGUARD_ADDED",
  "EXEMPTION_ADDED",
  "EXEMPTION_REMOVED",
  "TOPIC_EXEMPTED",
  "TOPIC_EXEMPTION_REMOVED",
  "DEFAULT_CHANGED",
  "SETTING_CHANGED",
  "STACK_ADDED",
  "STACK_REMOVED",
] as const;
export type SettingCode = (typeof settingCodes)[number];

/** What a change of a setting risks, and its code. */
export type Judged = readonly [risk: Exclude<Risk, "data loss">, code: SettingCode];

/** A changed setting. `expected` is the value after the change, `observed` the value before it; absent if there is none. */
export type SettingChange = {
  /** `kafka:skipTlsVerify`, `kafka-topics:overrides.orders.protect`, `encryptionsalt`. */
  readonly key: string;
  /** The topic that is exempt from a limit, who is responsible for it, and the limit. */
  readonly topic?: string;
  readonly owner?: string;
  readonly limit?: string;
  readonly risk: Judged[0];
  readonly code: SettingCode;
  readonly expected?: string;
  readonly observed?: string;
  /** Whether a weakened connection is allowed. */
  readonly allowed?: boolean;
};

/** Those of a connection, and of this program. */
const namespaces = ["kafka", "smoke", projectName];
/** They may name any topic. */
const exemptions = ["EXEMPTION_ADDED", "EXEMPTION_REMOVED", "TOPIC_EXEMPTED", "TOPIC_EXEMPTION_REMOVED"];

/**
 * Orders changes of the same risk: first those of a fixed set of keys (0), then those that a pull request can add any number
 * of (1), and last those of keys that the review does not recognize (2). Otherwise, the last ones could hide the first ones.
 */
export function orderOfKey({ key, code }: { readonly key: string; readonly code: string }): 0 | 1 | 2 {
  if (code === "SETTING_CHANGED") return 2;
  const [namespace, name] = key.split(":");
  const isFixed = name === undefined || namespaces.includes(namespace ?? "");
  return isFixed && !exemptions.includes(code) ? 0 : 1;
}

/** The value of a setting. */
export type Lookup = (key: string) => string | undefined;

/** Whether two values are equal; the order of the keys of an object has no meaning. */
export function isSame(one: string | undefined, other: string | undefined): boolean {
  if (one === other) return true;
  const [first, second] = [parseSetting(one), parseSetting(other)];
  return typeof first === "object" && isDeepStrictEqual(first, second);
}

/** The value as JSON, or as it is. */
export function parseSetting(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return text;
  }
}
