import type { AuthorizedOperations, Operation, Operations } from "../../kafka/authorized-operations.ts";
import { type GroupNaming, groupOf } from "../../kafka/smoke-settings.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import { commands, type Right, rights } from "../rights.ts";
import { type StepOutcome, statusOf } from "./check-servers.ts";
import type { DoctorFinding, JudgedRights, Verdict } from "./findings.ts";

/** What the brokers report about the rights of a principal. */
export type SeenRights = AuthorizedOperations & {
  readonly principal: string;
  /** What grants it rights. */
  readonly grantedBy: "acl" | "iam";
  /** The consumer groups of the smoke suite, and the operations on them; absent for another principal. */
  readonly group?: GroupNaming & { readonly operations: Operations };
  /** The topics that the stack deployed, and what the smoke suite does with them; absent if it deployed none. */
  readonly deployed?: ReadonlyMap<string, Pick<TopicSpec, "smoke">>;
};

/**
 * Judges which commands a principal may run. Metadata does not contain the rights on topics that do not exist yet, so the
 * topics that the stack deployed are used; if it deployed none, all topics that the principal sees. The step fails only if
 * the principal may run no command.
 */
export function judgeRights(
  principal: Right["principal"],
  seen: SeenRights,
): StepOutcome & { readonly observed: JudgedRights } {
  const needed = rights.filter((right) => right.principal === principal && right.need !== "optional");
  const missing = new Map(
    needed.flatMap((right) => {
      const names = findMissing(right, seen);
      return names ? [[right, names] as const] : [];
    }),
  );
  const verdicts = commands.flatMap((command) => {
    const own = needed.filter((right) => right.commands.includes(command));
    return own.length > 0 ? [{ command, verdict: judge(own, missing, seen) }] : [];
  });
  const findings = [...missing].map(([{ operation, resource, commands, purpose }, names]): DoctorFinding => {
    const isPrefix = resource === "group" && seen.group?.isPrefix === true;
    const expected = { operation, resource, names, isPrefix };
    const { principal: observed, grantedBy } = seen;
    return { code: "PERMISSION_MISSING", expected, commands, purpose, observed, grantedBy };
  });
  const from = seen.deployed ? "stack" : "cluster";
  return {
    status: verdicts.every(({ verdict }) => verdict === "no") ? "failed" : statusOf(findings),
    observed: { principal: seen.principal, commands: verdicts, topics: seen.topics.size, from },
    findings,
  };
}

function judge(
  own: readonly Right[],
  missing: ReadonlyMap<Right, unknown>,
  { cluster, topics, forbidden, deployed }: SeenRights,
): Verdict {
  const lacked = own.filter((right) => missing.has(right));
  if (lacked.some(({ need }) => need === "always")) return "no";
  if (topics.size + forbidden.length === 0) return "unknown";
  if (lacked.length > 0) return "partly";
  if (deployed) return "yes";
  // The principal may have each right on another topic only.
  const onTopics = own.filter(({ resource }) => resource === "topic");
  const isAllowed = (operations: Operations) =>
    onTopics.every(({ operation }) => isGranted(operation, operations, cluster));
  return [...topics.values()].some(isAllowed) ? "yes" : "partly";
}

/** Whether a principal has a right on a topic: CREATE on the cluster is as good as CREATE on it. */
function isGranted(operation: Operation, onTopic: Operations, onCluster: Operations = new Set()): boolean {
  return onTopic.has(operation) || (operation === "CREATE" && onCluster.has("CREATE"));
}

/** @returns the names of what the principal lacks the right on, empty for the cluster; undefined if it has it */
function findMissing(right: Right, seen: SeenRights): readonly string[] | undefined {
  const { operation, resource } = right;
  if (resource === "cluster") {
    // Without DESCRIBE, which ALTER implies, nothing else is known.
    const isMissing = seen.cluster ? !seen.cluster.has(operation) : /^(ALTER|DESCRIBE)$/.test(operation);
    return isMissing ? [] : undefined;
  }
  if (resource === "group") {
    const { group, deployed } = seen;
    // A dry run needs no group.
    const isNeeded = !deployed || [...deployed.values()].some(({ smoke }) => smoke === "produce");
    return group && isNeeded && !group.operations.has(operation) ? [groupOf(group)] : undefined;
  }
  const isNeeded = (name: string) => {
    if (right.principal !== "smoke" || right.need === "always" || !seen.deployed) return true;
    const smoke = seen.deployed.get(name)?.smoke;
    return smoke === "produce" || smoke === "dry-run";
  };
  const topics = [...seen.topics].filter(([name]) => isNeeded(name));
  const without = topics
    .filter(([, operations]) => !isGranted(operation, operations, seen.cluster))
    .map(([name]) => name);
  if (operation === "DESCRIBE") without.push(...seen.forbidden);
  // Topics that the stack did not deploy may belong to other teams, so the right must be missing on all of them.
  const isMissing = seen.deployed
    ? without.length > 0
    : topics.length > 0 && without.length === topics.length;
  return isMissing ? without : undefined;
}
