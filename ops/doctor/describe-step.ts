import { splitAddress } from "../../kafka/address.ts";
import { countOf, describeValue } from "../../kafka/describe-value.ts";
import { listFew } from "../../kafka/topic-groups.ts";
import type { PresentedCertificate, Step, StepName, Verdict } from "./findings.ts";

/** Describes the result of a step in one line; empty if there is nothing to describe. */
export function describeStep(step: Step): string {
  if (step.status === "skipped") return whySkipped[step.step] ?? "";
  if (step.observed === undefined) return "";
  switch (step.step) {
    case "settings": {
      const { bootstrapServers, securityProtocol, saslMechanism, principal } = step.observed;
      const mechanism = saslMechanism ? ` with ${saslMechanism}` : "";
      return `${listFew(bootstrapServers)}: ${securityProtocol}${mechanism}, as ${principal}`;
    }
    case "names":
      return describeNames(step.observed);
    case "ports":
      return `connected to ${listFew(step.observed)}`;
    case "tls":
      return describeCertificates(step.observed);
    case "sasl":
      return step.observed.length > 0
        ? `authenticated; offered mechanisms: ${step.observed.join(", ")}`
        : "not used";
    case "cluster": {
      const { clusterId = "unknown", release, metadataRelease, controller, brokers } = step.observed;
      const upgrading = metadataRelease === release ? "" : ` with the features of ${metadataRelease}`;
      return [
        `cluster id ${clusterId}`,
        release ? `Kafka ${release}${upgrading}` : "Kafka before 3.3, or with ZooKeeper",
        countOf(brokers, "broker"),
        controller === undefined
          ? "controller not shown without DESCRIBE on the cluster"
          : `controller ${controller}`,
      ].join(", ");
    }
    case "brokers":
      return `connected to ${listFew(step.observed.map(({ broker, address }) => `broker ${broker} at ${address}`))}`;
    case "rights":
    case "review":
    case "smoke": {
      const { principal, commands, topics, from } = step.observed;
      const parts = Object.entries(verdicts).flatMap(([verdict, words]) => {
        const own = commands.filter((one) => one.verdict === verdict).map(({ command }) => command);
        return own.length > 0 ? [`${words} ${own.join(", ")}`] : [];
      });
      return `${principal} ${parts.join("; ")} (${describeBasis(topics, from)})`;
    }
    case "configs": {
      const { broker, values } = step.observed;
      const configs = Object.entries(values).map(([key, value]) => `${key} ${describeValue(key, value)}`);
      return `${configs.join(", ")} (broker ${broker})`;
    }
    case "clock": {
      const { aheadMs } = step.observed;
      return `this machine is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? "behind" : "ahead of"} the controller`;
    }
  }
}

/** The steps that need optional rights, which docs/security.md lists. */
const whySkipped: Partial<Record<StepName, string>> = {
  configs: "not read: this needs DESCRIBE_CONFIGS on the cluster",
  clock: "not compared: this needs DESCRIBE on the cluster, and KRaft",
};

/** The words before the commands that have a verdict. */
const verdicts = {
  yes: "may run",
  partly: "may run in part:",
  no: "may not run:",
  unknown: "not known for:",
} as const satisfies Record<Verdict, string>;

function describeBasis(topics: number, from: "stack" | "cluster"): string {
  if (topics === 0)
    return "the principal sees no topic whose rights could be read; npm run preview validates new topics";
  const of = from === "stack" ? "of the stack" : "that it sees; the stack has deployed no topics";
  return `by its rights on ${countOf(topics, "topic")} ${of}`;
}

function describeNames(addresses: Readonly<Record<string, readonly string[]>>): string {
  const names = Object.entries(addresses).flatMap(([server, found]) => {
    const { host } = splitAddress(server);
    return found.includes(host) ? [] : [`${host} resolves to ${found.join(" and ")}`];
  });
  return names.length > 0 ? listFew(names) : "not needed: the bootstrap servers are IP addresses";
}

/** Describes the certificate that expires first. */
function describeCertificates(certificates: readonly PresentedCertificate[]): string {
  const [first] = certificates.toSorted((one, other) => one.daysLeft - other.daysLeft);
  if (!first) return "not used: passwords and records are sent unencrypted";
  const { server, protocol, subject, issuer, names, validTo, daysLeft } = first;
  const expiry = daysLeft < 0 ? "has expired" : `expires in ${countOf(daysLeft, "day")}`;
  const others =
    certificates.length > 1 ? `; the first of ${certificates.length} certificates to expire` : "";
  return (
    `${server}: ${protocol}, ${subject} for ${names}, issued by ${issuer}, ${expiry} ` +
    `(${validTo.slice(0, 10)})${others}`
  );
}
