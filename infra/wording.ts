import { explainGrant, granterOf } from "../kafka/acl-command.ts";
import { describeDown, nameBrokers } from "../kafka/broker-wording.ts";
import { describeConnections } from "../kafka/cluster-error.ts";
import type { Connection } from "../kafka/connection.ts";
import { findSecretsToSet, nameSettings } from "../kafka/describe-failure.ts";
import { countOf } from "../kafka/describe-value.ts";
import { describeMoves } from "../kafka/moving-topics.ts";
import type { Problem } from "../kafka/problem.ts";
import { describeUnreachable } from "../kafka/reachability.ts";
import type { PreflightError } from "./findings.ts";
import { type Origin, placeOf } from "./origin.ts";
import { explainSecrets } from "./secret-remedy.ts";

/**
 * Describes a preflight error as a problem of the value that it is about.
 * @param connection of the preflight
 */
export function describeError(
  finding: PreflightError,
  origin: Origin,
  connection: Pick<Connection, "bootstrapServers" | "settingNames" | "sasl">,
): Problem<PreflightError["code"]> {
  const { bootstrapServers, settingNames } = connection;
  const { code } = finding;
  const { stack } = origin;
  const field = nameSettings("{bootstrapServers}", settingNames);
  const servers = { code, place: stack.file, field, given: bootstrapServers };
  const about = (topic: string, path: readonly string[] = []) => ({
    code,
    topic,
    ...placeInState(topic, path, origin),
  });
  switch (finding.code) {
    case "CLUSTER_UNREACHABLE": {
      const lines = [
        `the preflight cannot use the cluster. npm run doctor -- --stack ${stack.name} checks the connection step by step. To preview ` +
          'without the cluster, set preflight: "off".',
        ...describeConnections({ observed: finding.observed, settingNames }),
        ...explainSecrets(stack.name, findSecretsToSet(finding.observed, settingNames)),
      ];
      return { ...servers, refused: lines.join("\n    ") };
    }
    case "BROKER_UNREACHABLE":
      return { ...servers, refused: describeUnreachable(finding.observed, finding.expected).join("\n    ") };
    case "CLUSTER_WITHOUT_TOPICS":
      return {
        ...servers,
        refused:
          `the cluster has none of the stack's ${countOf(finding.expected, "topic")}. Check that it is the right cluster. ` +
          `To create the topics again, empty: npm run up -- --recreate --stack ${stack.name}`,
      };
    case "PERMISSION_MISSING":
      return { ...about(finding.topic), refused: describeMissing(finding, connection) };
    case "CONFIGS_UNREADABLE":
      return {
        ...about(finding.topic),
        refused: `the broker does not return its configs: ${finding.observed}`,
      };
    case "TOPIC_EXISTS":
      return {
        ...about(finding.topic),
        refused:
          `the topic exists on the cluster, and adoptExisting of ${stack.file} is false. Set it to true to adopt the ` +
          "topic, or declare another name.",
      };
    case "TOPIC_MISSING":
      return {
        ...about(finding.topic),
        refused: `the topic is no longer on the cluster. ${adviseRecreation(finding.topic, stack.name)}`,
      };
    case "LAYOUT_CHANGED_BY_HAND":
      return {
        ...about(finding.topic),
        refused:
          `the cluster has ${describeLayout(finding.observed)}; the last update left ${describeLayout(finding.expected)}. ` +
          "The topic was changed by hand or by an interrupted update. " +
          (finding.observed.partitions === finding.expected.partitions
            ? "To restore its replication factor, first run npm run up with the previous declaration. Otherwise, declare "
            : "Declare ") +
          `what the cluster has, then run npm run pulumi -- refresh --stack ${stack.name}`,
      };
    case "REPLICATION_FACTOR_UNEVEN":
      return {
        ...about(finding.topic, ["replicationFactor"]),
        given: finding.expected,
        refused:
          `the partitions of the topic have ${finding.observed.join(" and ")} replicas: a reassignment is in progress ` +
          "or stopped halfway. Wait for it, or complete it with kafka-reassign-partitions.sh, then run this again.",
      };
    case "PARTITIONS_MOVING":
      return {
        ...about(finding.topic),
        refused:
          `${describeMoves(finding.observed)}. Until the move ends, the topic has more replicas than declared, and the update ` +
          `would fail or cancel the move. Run this again when npm run topics -- --moving --stack ${stack.name} no longer lists the topic.`,
      };
    case "REASSIGNMENT_IN_PROGRESS": {
      const { partition, adding, removing } = finding.observed;
      return {
        ...about(finding.topic, ["replicationFactor"]),
        given: finding.expected,
        refused:
          `a reassignment in progress leads to another replication factor: partition ${partition} ` +
          `${describeMove(adding, removing)}. Wait until it is complete, or cancel it with kafka-reassign-partitions.sh ` +
          "--cancel, then run this again.",
      };
    }
    case "ADOPTION_WOULD_REPLACE": {
      const { expected: given, observed, topic } = finding;
      const allowed = `at least ${observed}: the topic exists on the cluster with ${countOf(observed, "partition")}, and adopting it with fewer would delete it`;
      return { ...about(topic, ["partitions"]), given, allowed };
    }
    case "NOT_ENOUGH_BROKERS": {
      const down = finding.down.length > 0 ? `; ${describeDown(finding.down)}` : "";
      const allowed = `at most ${finding.observed}, the brokers that are up${down}`;
      return { ...about(finding.topic, ["replicationFactor"]), given: finding.expected, allowed };
    }
    case "REFUSED_BY_BROKER":
      return {
        ...about(finding.topic, finding.path),
        given: describeExpected(finding.expected),
        refused: finding.observed,
      };
  }
}

/** `moves to brokers 4, 5 and leaves broker 1`. */
function describeMove(adding: readonly number[], removing: readonly number[]): string {
  return [
    ...(adding.length > 0 ? [`moves to ${nameBrokers(adding)}`] : []),
    ...(removing.length > 0 ? [`leaves ${nameBrokers(removing)}`] : []),
  ].join(" and ");
}

/** The place of a topic that the catalogue does not declare is the state. */
function placeInState(topic: string, path: readonly string[], origin: Origin) {
  return origin.entries.has(topic)
    ? placeOf(topic, path, origin)
    : { place: `state of stack ${origin.stack.name}`, field: topic };
}

function describeMissing(
  { topic, expected, observed: principal }: Extract<PreflightError, { code: "PERMISSION_MISSING" }>,
  connection: Pick<Connection, "bootstrapServers" | "sasl">,
) {
  const { operation, resource, purpose } = expected;
  const reason =
    purpose === "replace" || purpose === "reassign" || purpose === "throttle"
      ? `, which is required to ${needed[purpose]}`
      : "";
  const [object, names] = resource === "topic" ? [`topic ${topic}`, [topic]] : ["the cluster", []];
  const grant = { principal, operations: [operation], resource, names };
  const servers = connection.bootstrapServers.join(",");
  return (
    `${principal} may not ${operation} the ${resource}${reason}. Grant it ${operation} on ${object}. ` +
    explainGrant({ ...grant, servers, grantedBy: granterOf(connection) })
  );
}

const needed = {
  replace: "replace it",
  reassign: "change the replication factor",
  throttle: "set replicationThrottle while replicas are copied",
};

function describeExpected(
  expected: Extract<PreflightError, { code: "REFUSED_BY_BROKER" }>["expected"],
): unknown {
  if (typeof expected !== "object") return expected;
  const configs = Object.entries(expected.config).map(([key, value]) => `, ${key}=${value}`);
  return `${describeLayout(expected)}${configs.join("")}`;
}

function describeLayout({
  partitions,
  replicationFactor,
}: {
  partitions: number;
  replicationFactor: number;
}) {
  return `${countOf(partitions, "partition")}, ${countOf(replicationFactor, "replica")}`;
}

/** The command that creates a missing topic again. */
export function adviseRecreation(topic: string, stack: string): string {
  return `To create it again, empty: npm run up -- --recreate ${topic} --stack ${stack}`;
}
