import { explainGrant, granterOf } from "../kafka/acl-command.ts";
import { describeDown, nameBrokers } from "../kafka/broker-wording.ts";
import { describeConnections } from "../kafka/cluster-error.ts";
import type { Connection } from "../kafka/connection.ts";
import { findSecretsToSet, nameSettings } from "../kafka/describe-failure.ts";
import {
  countOf,
  describeEstimate,
  describeRate,
  describeSize,
  describeValue,
} from "../kafka/describe-value.ts";
import { describeMoves } from "../kafka/moving-topics.ts";
import type { Problem } from "../kafka/problem.ts";
import { describeUnreachable } from "../kafka/reachability.ts";
import { listFew } from "../kafka/topic-groups.ts";
import { describeUnverified } from "../kafka/unverified-tls.ts";
import type { LackedRight, PreflightError, PreflightWarning } from "./findings.ts";
import { type Origin, placeOf } from "./origin.ts";
import { explainSecrets } from "./secret-remedy.ts";
import { stackFile } from "./stack.ts";

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

function adviseRecreation(topic: string, stack: string): string {
  return `To create it again, empty: npm run up -- --recreate ${topic} --stack ${stack}`;
}

/** Describes a preflight warning, for the engine's output. */
export function describeWarning(finding: PreflightWarning, stack: string): string {
  switch (finding.code) {
    case "PREFLIGHT_OFF":
      return (
        `${stackFile(stack)}: preflight is off: the cluster does not validate the changes, ` +
        "and existing topics are not adopted."
      );
    case "NOT_VALIDATED": {
      const unknown = new Intl.ListFormat("en-GB").format(finding.expected.map(describeLacked));
      return (
        `${finding.observed} lacks rights that the update needs, so the preview did not check ${unknown}. The update ` +
        "checks this before it changes anything."
      );
    }
    case "TLS_NOT_VERIFIED":
      return describeUnverified(finding.key);
    case "TOPIC_MISSING": {
      const { topic, expected } = finding;
      const effects = {
        missing: `Only changes to the topic fail. ${adviseRecreation(topic, stack)}`,
        created: "The update creates it again, empty.",
        forgotten:
          "The catalogue does not declare it either: npm run up only removes it from the stack's state.",
      };
      return `${topic}: the topic is no longer on the cluster. ${effects[expected]}`;
    }
    case "REPLICAS_TO_COPY": {
      const { topics, partitions, brokers, bytes, bytesPerSecond, ms } = finding.expected;
      const amount = bytes === undefined ? "" : ` (${describeSize(bytes)} in total)`;
      const time =
        bytesPerSecond === undefined || ms === undefined
          ? ""
          : `. At ${describeRate(bytesPerSecond)} (replicationThrottle), this takes at least ${describeEstimate(ms)}`;
      return (
        `npm run up first copies ${countOf(partitions, "partition")} of ${listFew(topics)} to ` +
        `${nameBrokers(brokers)}${amount}${time}.`
      );
    }
    case "REPLICAS_THROTTLED": {
      const effect =
        finding.expected === undefined
          ? `npm run up keeps it, because ${stackFile(stack)} does not set replicationThrottle. If an interrupted update has ` +
            "left it, set replicationThrottle to that update's value and run npm run up, or remove it with kafka-configs.sh."
          : "npm run up keeps it if others have set it, and removes it if an interrupted update has left it.";
      return `${finding.topic}: the topic has a replication throttle that is not declared. ${effect}`;
    }
    case "BROKERS_THROTTLED": {
      const { expected, observed } = finding;
      const verb = observed.length === 1 ? "limits" : "limit";
      return (
        `${nameBrokers(observed)} ${verb} replication to ${describeRate(expected)} (replicationThrottle) and ` +
        `${observed.length === 1 ? "moves" : "move"} no replicas: an interrupted update has left this rate. npm run up removes it.`
      );
    }
    case "DATA_LOSS_REPLACE": {
      const change = `${finding.observed} → ${countOf(finding.expected, "partition")}`;
      return `${finding.topic}: ${change}: the topic is deleted with all its records and created again.`;
    }
    case "CONFIG_CHANGED_BY_HAND": {
      const { topic, key, expected, observed, repair } = finding;
      const [now, declared] = [describeValue(key, observed), describeValue(key, expected)];
      const change =
        observed === expected
          ? `the topic no longer sets ${key}, and the cluster's default is the declared ${declared}`
          : `${key} is ${now} on the cluster, and ${declared} in the catalogue`;
      const effect =
        repair === "on"
          ? "npm run up resets it."
          : `An update leaves it unchanged, because ${stackFile(stack)} sets repair to "report".`;
      return `${topic}: ${change}. ${effect}`;
    }
    case "REPLICATION_FACTOR_DIFFERS": {
      const { topic, expected, observed, repair } = finding;
      const effects = {
        on: "npm run up restores it.",
        report: `An update leaves it unchanged, because ${stackFile(stack)} sets repair to "report".`,
        later:
          `npm run up restores it once no replica of the topic is moving, ${countOf(expected, "broker")} or more are up, and ` +
          "the principal may ALTER the cluster (with replicationThrottle, also ALTER_CONFIGS).",
      };
      return (
        `${topic}: the replication factor is ${observed} on the cluster, and ${expected} in the catalogue. It was changed by hand ` +
        `or by an interrupted update. ${effects[repair]}`
      );
    }
    case "PARTITION_COUNT_DIFFERS": {
      const { topic, expected, observed } = finding;
      const refresh = `npm run pulumi -- refresh --stack ${stack}`;
      const remedy =
        observed > expected
          ? `Kafka cannot remove partitions: declare ${observed}, then run ${refresh}.`
          : `Run ${refresh}; the next npm run up then adds partitions.`;
      return `${topic}: the cluster has ${countOf(observed, "partition")}, and the catalogue declares ${expected}. ${remedy}`;
    }
    case "PARTITIONS_MOVING": {
      const { topic, observed } = finding;
      const refusal = observed.some(({ from }) => from.length > 0)
        ? " Until the move ends, npm run up refuses to change the topic."
        : "";
      return `${topic}: ${describeMoves(observed)}.${refusal}`;
    }
    case "CONFIG_RESET": {
      const { topic, key, expected, observed } = finding;
      const to = expected === undefined ? "the cluster's default" : describeValue(key, expected);
      return `${topic}: the update resets ${key} from ${describeValue(key, observed)} (on the cluster) to ${to}.`;
    }
  }
}

/** Describes what was not checked without a right: `whether the brokers accept the new topic orders (CREATE)`. */
function describeLacked({ operation, resource, topics }: LackedRight): string {
  const names = `${topics.length === 1 ? "topic" : "topics"} ${listFew(topics)}`;
  if (resource === "cluster") {
    const purpose =
      operation === "ALTER_CONFIGS" ? "throttle the replication" : "change the replication factor";
    return `whether the deployment may ${purpose} of ${names} (${operation} on the cluster)`;
  }
  const unknown = {
    CREATE: `whether the brokers accept the creation of ${names}`,
    ALTER_CONFIGS: `whether the brokers accept the configs of ${names}`,
    ALTER: `whether the brokers accept the partition count of ${names}`,
    DELETE: `whether the deployment may delete ${names}`,
  };
  return `${unknown[operation]} (${operation})`;
}
