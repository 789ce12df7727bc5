import { describeFailure } from "../../kafka/describe-failure.ts";
import { countOf } from "../../kafka/describe-value.ts";
import { describeUnreachable } from "../../kafka/reachability.ts";
import { describeProblem } from "../../kafka/refused-error.ts";
import { listFew } from "../../kafka/topic-groups.ts";
import { renderGrant } from "../acl-command.ts";
import type { DoctorFinding } from "./findings.ts";

type Missing = Extract<DoctorFinding, { readonly code: "PERMISSION_MISSING" }>;

/**
 * Describes a finding: what is wrong and where, and what to do.
 * @param bootstrapServers from the stack's config
 */
export function describeFinding(finding: DoctorFinding, bootstrapServers: readonly string[]): string {
  switch (finding.code) {
    case "CONNECTION_FAILED":
      return `${finding.server}: ${finding.observed}. Check the log of the broker.`;
    case "SASL_REQUIRED":
      return (
        `${finding.server}: it requires SASL, and the stack has no user. Set kafka:saslMechanism, kafka:saslUsername and ` +
        `kafka:saslPassword; it offers ${finding.observed.join(", ")}.`
      );
    case "CERTIFICATE_EXPIRES_SOON": {
      const { server, subject, observed, daysLeft } = finding;
      return `${server}: the certificate of ${subject} expires in ${countOf(daysLeft, "day")} (${observed}). Renew it on the broker.`;
    }
    case "TLS_NOT_VERIFIED":
      return "kafka:skipTlsVerify is on: another server could read the password and the records. Set kafka:caCert and remove it.";
    case "CLIENT_CERTIFICATE_EXPIRED":
      return `${finding.field} has expired (${finding.observed}). Renew it.`;
    case "CLIENT_CERTIFICATE_NOT_YET_VALID":
      return `${finding.field} is not valid yet (${finding.observed}). Check the clock of this machine, then the certificate.`;
    case "CLIENT_CERTIFICATE_EXPIRES_SOON":
      return `${finding.field} expires soon (${finding.observed}). Renew it.`;
    case "BROKER_UNREACHABLE":
      return describeUnreachable(finding.observed, finding.expected).join("\n");
    case "PERMISSION_MISSING":
      return describeMissing(finding, bootstrapServers);
    case "NOT_ENOUGH_BROKERS":
      return (
        `topics without a replicationFactor get ${countOf(finding.expected, "replica")}, and the cluster has ` +
        `${countOf(finding.observed, "broker")}. Start the others, or set defaultReplicationFactor or maxReplicationFactor in the stack's config.`
      );
    case "AUTO_CREATION_ENABLED":
      return (
        "auto.create.topics.enable is true: a client that misspells a topic creates it, undeclared and with the cluster's " +
        "defaults. Set it to false on the brokers."
      );
    case "CLOCK_DIFFERS": {
      const seconds = Math.round(Math.abs(finding.observed) / 1000);
      const direction = finding.observed < 0 ? "behind" : "ahead of";
      return (
        `the clock of this machine is ${seconds} s ${direction} the cluster's. Correct it: topics may refuse the timestamps ` +
        "of the smoke suite's records, and certificates and retention depend on the time."
      );
    }
    default:
      return "server" in finding
        ? `${finding.server}: ${describeFailure({ code: finding.code, evidence: finding.observed })}`
        : describeProblem(finding).trim();
  }
}

const list = new Intl.ListFormat("en-GB");

/** Up to this many topics are named in a command. */
const mostNamed = 3;

function describeMissing(
  { expected, commands, purpose, observed: principal }: Missing,
  bootstrapServers: readonly string[],
): string {
  const { operation, resource, names, isPrefix } = expected;
  const objects = {
    topic: `topic ${listFew(names)}`,
    group: isPrefix ? `the consumer groups ${names.join()}*` : `the consumer group ${names.join()}`,
    cluster: "the cluster",
  };
  const isMany = names.length > mostNamed;
  const granted = isMany ? { names: ["PREFIX"], isPrefix: true } : { names, isPrefix };
  const grant = renderGrant(
    { principal, operations: [operation], resource, ...granted },
    { servers: bootstrapServers.join(","), config: "admin.properties" },
  );
  return (
    `${principal} may not ${operation} ${objects[resource]}, so ${list.format(commands)} cannot ${purpose}. To grant it: ` +
    grant
  );
}
