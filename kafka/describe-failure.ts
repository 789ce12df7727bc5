import { type ConnectionFailureCode, classifyFailure, type Failure, type FailureCode } from "./failure.ts";
import { certificateWording, wording } from "./failure-wording.ts";
import { isVariable, kafkaNames, nameSetting, type SettingNames } from "./setting-names.ts";

/** The operation that failed, for the description of its cause. */
export type Attempt = {
  /** The permission it needs: "WRITE on topic orders". */
  readonly permission?: string;
  /** The permission that its consumer group needs: "READ on group prefix audit-". */
  readonly groupPermission?: string;
  /** Who needs the permission: "User:ada". */
  readonly principal?: string;
  /** How far this machine's clock is ahead of the cluster's, in ms, if that is known. */
  readonly clockAheadMs?: number | undefined;
  /** How to name the settings of the connection; absent if all are keys of `kafka:`. */
  readonly settingNames?: SettingNames | undefined;
  /** As in `FailedConnection`. */
  readonly hasOwn?: boolean | undefined;
};

/** Describes an error of either Kafka client in one line: cause, evidence, next step. */
export function explain(error: unknown, attempt?: Attempt): string {
  return describeFailure(classifyFailure(error), attempt);
}

/** Describes a failure in one line: cause, evidence, next step. */
export function describeFailure({ code, evidence }: Failure, attempt: Attempt = {}): string {
  if (!code) return `${evidence}.`;
  const [cause, next] = describe(code, attempt);
  return `${cause} ("${evidence}"). ${next}`;
}

/** Replaces each `{saslPassword}` with the name of that setting, and `{namespace}` with that of the connection's own keys. */
export function nameSettings(template: string, names: SettingNames = kafkaNames): string {
  return template.replace(/\{(\w+)\}/g, (_, key: string) =>
    key === "namespace" ? names.namespace : nameSetting(names, key),
  );
}

/** `broker-1:9092: why [CODE]` */
export function describeFailureAt(place: string, failure: Failure, settingNames?: SettingNames): string {
  return `${place}: ${describeFailure(failure, { settingNames })}${failure.code ? ` [${failure.code}]` : ""}`;
}

/** The secrets that may have to be set after a failure. */
const secretsToSet: Partial<Record<ConnectionFailureCode, string>> = {
  SASL_REQUIRED: "saslPassword",
  SASL_REFUSED: "saslPassword",
  TOKEN_REFUSED: "saslPassword",
  TLS_CLIENT_REFUSED: "clientKey",
};

/** Returns the secret keys of a stack's config that may have to be set after failures, each once. */
export function findSecretsToSet(
  failed: readonly { readonly code: string }[],
  settingNames: SettingNames = kafkaNames,
): string[] {
  const keys = new Map<string, string | undefined>(Object.entries(secretsToSet));
  const named = failed
    .flatMap(({ code }) => keys.get(code) ?? [])
    .map((key) => nameSetting(settingNames, key));
  return [...new Set(named)].filter((name) => !isVariable(name));
}

function describe(code: FailureCode, attempt: Attempt): readonly [cause: string, next: string] {
  const {
    permission,
    groupPermission = "the permission",
    principal = "the principal",
    clockAheadMs,
    settingNames,
    hasOwn,
  } = attempt;
  if (hasOwn !== undefined && (code === "TLS_CA_UNTRUSTED" || code === "TLS_CLIENT_REFUSED")) {
    const [cause, next] = certificateWording[code][hasOwn ? "own" : "none"];
    return [nameSettings(cause, settingNames), nameSettings(next, settingNames)];
  }
  switch (code) {
    case "GROUP_NOT_AUTHORIZED":
      return [
        `${principal} may not use the consumer group`,
        `Grant it ${groupPermission}${permission ? `, and ${permission}` : ""}.`,
      ];
    case "COORDINATOR_MISSING":
      return [
        `no coordinator for the consumer group: ${principal} may not use it, or __consumer_offsets has no leader`,
        `Grant it ${groupPermission}, and check that __consumer_offsets has leaders.`,
      ];
    case "TOPIC_NOT_AUTHORIZED":
      return [`${principal} is not authorized for the topic`, `Grant it ${permission ?? "the permission"}.`];
    case "CLUSTER_NOT_AUTHORIZED":
      return [
        `${principal} is not authorized for this operation on the cluster`,
        "Grant it the cluster permission that the broker logs name.",
      ];
    case "TIMESTAMP_REFUSED":
      return [
        "the record's timestamp differs from the broker's clock by more than message.timestamp.before.max.ms or " +
          `message.timestamp.after.max.ms allows${clockAheadMs === undefined ? "" : `; ${describeClock(clockAheadMs)}`}`,
        "Correct the clock of this machine or of the broker, or raise that config.",
      ];
    default: {
      const [cause, next] = wording[code];
      return [cause, nameSettings(next, settingNames)];
    }
  }
}

/** `this machine's clock is 2 h 3 min ahead of the cluster's`, rounded. */
export function describeClock(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const long = `${hours > 0 ? `${hours} h ` : ""}${minutes} min`;
  return `this machine's clock is ${seconds < 120 ? `${seconds} s` : long} ${aheadMs < 0 ? "behind" : "ahead of"} the cluster's`;
}
