import { explainGrant } from "../../kafka/acl-command.ts";
import { describeDown } from "../../kafka/broker-wording.ts";
import { describeConnection } from "../../kafka/cluster-error.ts";
import { describeClock, nameSettings } from "../../kafka/describe-failure.ts";
import { countOf } from "../../kafka/describe-value.ts";
import { describeUnreachable } from "../../kafka/reachability.ts";
import { describeProblem } from "../../kafka/refused-error.ts";
import type { SettingNames } from "../../kafka/setting-names.ts";
import { listFew } from "../../kafka/topic-groups.ts";
import { describeUnverified } from "../../kafka/unverified-tls.ts";
import type { DoctorFinding } from "./findings.ts";

type Missing = Extract<DoctorFinding, { readonly code: "PERMISSION_MISSING" }>;

/**
 * Describes a finding: what is wrong and where, and what to do.
 * @param bootstrapServers from the stack's config
 * @param settingNames how to name the settings of the connection that the finding is about
 */
export function describeFinding(
  finding: DoctorFinding,
  bootstrapServers: readonly string[],
  settingNames?: SettingNames,
): string {
  switch (finding.code) {
    case "CERTIFICATE_EXPIRES_SOON": {
      const { server, subject, observed, daysLeft } = finding;
      return `${server}: the certificate of ${subject} expires in ${countOf(daysLeft, "day")} (${observed}). Renew it on the broker.`;
    }
    case "TLS_NOT_VERIFIED":
      return describeUnverified(
        nameSettings("{skipTlsVerify}", settingNames),
        nameSettings("{caCert}", settingNames),
      );
    case "CLIENT_CERTIFICATE_EXPIRED":
      return `the certificate in ${finding.field} has expired (${finding.observed}). Renew it.`;
    case "CLIENT_CERTIFICATE_NOT_YET_VALID":
      return `the certificate in ${finding.field} is not valid yet (${finding.observed}). Check the clock of this machine, then the certificate.`;
    case "CLIENT_CERTIFICATE_EXPIRES_SOON":
      return `the certificate in ${finding.field} expires soon (${finding.observed}). Renew it.`;
    case "BROKER_UNREACHABLE":
      return describeUnreachable(finding.observed, finding.expected).join("\n");
    case "PERMISSION_MISSING":
      return describeMissing(finding, bootstrapServers);
    case "NOT_ENOUGH_BROKERS":
      if (finding.down.length > 0)
        return (
          `topics without a replicationFactor get ${countOf(finding.expected, "replica")}, but only ` +
          `${countOf(finding.observed, "broker")} ${finding.observed === 1 ? "is" : "are"} up: ${describeDown(finding.down)}`
        );
      return (
        `topics without a replicationFactor get ${countOf(finding.expected, "replica")}, but the cluster has only ` +
        `${countOf(finding.observed, "broker")}. Start more brokers, or lower defaultReplicationFactor or ` +
        "maxReplicationFactor in the stack's config."
      );
    case "AUTO_CREATION_ENABLED":
      return (
        "auto.create.topics.enable is true: a client that misspells the name of a topic creates a topic that is not declared, " +
        "with the cluster's defaults. Set auto.create.topics.enable to false on the brokers."
      );
    case "CLOCK_DIFFERS":
      return (
        `${describeClock(finding.observed)}. Topics may refuse the timestamps of the smoke suite's records, and certificates ` +
        "and retention depend on the time. Correct the clock that is wrong."
      );
    default:
      return "server" in finding
        ? describeConnection(finding, settingNames)
        : describeProblem(finding).trim();
  }
}

const list = new Intl.ListFormat("en-GB");

function describeMissing(
  { expected, commands, purpose, observed: principal, grantedBy }: Missing,
  bootstrapServers: readonly string[],
): string {
  const { operation, resource, names, isPrefix } = expected;
  const objects = {
    topic: `${names.length === 1 ? "topic" : "topics"} ${listFew(names)}`,
    group: isPrefix ? `the consumer groups ${names.join()}*` : `the consumer group ${names.join()}`,
    cluster: "the cluster",
  };
  const missing = `${principal} may not ${operation} ${objects[resource]}, so ${list.format(commands)} cannot ${purpose}.`;
  const servers = bootstrapServers.join(",");
  return `${missing} ${explainGrant({ principal, operations: [operation], resource, names, isPrefix, servers, grantedBy })}`;
}
