import { describeUnreachableOf } from "../../infra/secret-remedy.ts";
import { stackFile } from "../../infra/stack.ts";
import { countOf, describeValue } from "../../kafka/describe-value.ts";
import { listFew } from "../../kafka/topic-groups.ts";
import { describeUnread } from "../../kafka/unread-topics.ts";
import type { Difference, Drift, Gap } from "./findings.ts";

/** The cells of a difference in the table, after the topic. */
export type DifferenceRow = {
  readonly what: string;
  readonly expected: string;
  readonly observed: string;
};

/** Describes a difference, without its topic. */
export function describeDifference(found: Difference): DifferenceRow {
  switch (found.code) {
    case "TOPIC_MISSING":
      return { what: "topic missing", expected: "on the cluster", observed: "not on the cluster" };
    case "PARTITION_COUNT_DIFFERS":
      return { what: "partition count", expected: String(found.expected), observed: String(found.observed) };
    case "REPLICATION_FACTOR_DIFFERS":
      return {
        what: "replication factor",
        expected: String(found.expected),
        observed: String(found.observed),
      };
    case "REPLICATION_FACTOR_UNEVEN":
      return {
        what: "replication factor uneven",
        expected: String(found.expected),
        observed: `${found.observed.join(" and ")}, by partition`,
      };
    case "CONFIG_CHANGED_BY_HAND":
      return {
        what: `config changed: ${found.key}`,
        expected: describeValue(found.key, found.expected),
        observed: describeValue(found.key, found.observed),
      };
    case "CONFIG_REMOVED_BY_HAND":
      return {
        what: `config removed: ${found.key}`,
        expected: describeValue(found.key, found.expected),
        observed: `not set, so ${describeValue(found.key, found.observed)}`,
      };
    case "CONFIG_ADDED_BY_HAND":
      return {
        what: `config added: ${found.key}`,
        expected: "not set",
        observed: describeValue(found.key, found.observed),
      };
    case "TOPIC_UNDECLARED": {
      const { partitions, bytes, lastWrite } = found.observed;
      const observed = [
        countOf(partitions, "partition"),
        ...(bytes === undefined ? [] : [countOf(bytes, "byte")]),
        ...(lastWrite === undefined ? [] : [`last written ${lastWrite.slice(0, 10)}`]),
      ];
      return { what: "topic not declared", expected: "not on the cluster", observed: observed.join(", ") };
    }
  }
}

/** Describes why something could not be compared, and what to do. */
export function describeGap(gap: Gap, stack: string): string {
  switch (gap.code) {
    case "STACK_NOT_DEPLOYED":
      return `Stack ${stack} is not deployed. Run npm run up -- --stack ${stack}.`;
    case "UPDATE_RUNNING":
      return (
        `Stack ${stack} is locked by ${gap.observed}. Wait until the update has finished. If its process is gone, ` +
        `remove the lock: npm run pulumi -- cancel --stack ${stack}`
      );
    case "UPDATED_MEANWHILE":
      return `Stack ${stack} was updated meanwhile. Run npm run drift again.`;
    case "UPDATE_UNFINISHED":
      return (
        `The last update of stack ${stack} did not finish. The state of ${listFew(gap.observed)} is uncertain, so ` +
        `${gap.observed.length === 1 ? "it is" : "they are"} not compared. To finish the update: npm run up -- --stack ${stack}`
      );
    case "PERMISSION_MISSING":
    case "CONFIGS_UNREADABLE":
      return describeUnread(gap);
    case "CLUSTER_UNREACHABLE":
      return describeUnreachableOf(stack, gap);
    case "COMPARISON_FAILED":
      return gap.observed;
  }
}

/** Describes the result in one sentence, and what was left out. */
export function describeDrift(drift: Drift): string {
  const { stack, topics, differences, gaps, leftOut, ignored, isDrifted } = drift;
  const notes = [
    leftOut > 0 && `${countOf(leftOut, "topic")} of other software left out; --internal compares them too.`,
    ignored > 0 && `${countOf(ignored, "difference")} ignored, as ${stackFile(stack)} says.`,
  ].filter((note) => note !== false);
  const result = () => {
    if (gaps.length > 0) {
      const extent = topics > 0 ? "part of it" : "it";
      return `Stack ${stack}: ${extent} could not be compared with the cluster.`;
    }
    const touched = countOf(new Set(differences.map(({ topic }) => topic)).size, "topic");
    if (isDrifted) return `Stack ${stack}: ${countOf(differences.length, "difference")} in ${touched}.`;
    const count = differences.length;
    const reported =
      count > 0 ? `; ${countOf(count, "undeclared topic")} ${count === 1 ? "is" : "are"} only reported` : "";
    return `Stack ${stack}: no drift in ${countOf(topics, "topic")}${reported}.`;
  };
  return [result(), ...notes].join(" ");
}
