import { nameBrokers } from "../kafka/broker-wording.ts";
import {
  countOf,
  describeEstimate,
  describeRate,
  describeSize,
  describeValue,
} from "../kafka/describe-value.ts";
import { describeMoves } from "../kafka/moving-topics.ts";
import { listFew } from "../kafka/topic-groups.ts";
import { describeUnverified } from "../kafka/unverified-tls.ts";
import type { LackedRight, PreflightWarning } from "./findings.ts";
import { stackFile } from "./stack.ts";
import { adviseRecreation } from "./wording.ts";

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
