import type { AuthorizedOperations, Operations } from "../../kafka/authorized-operations.ts";
import { commands, type Right, rights, smokeGroupPrefix } from "../rights.ts";
import { statusOf } from "./check-servers.ts";
import type { DoctorFinding, StepOf, Verdict } from "./findings.ts";

/** What the brokers report about the rights of a principal. */
export type SeenRights = AuthorizedOperations & {
  readonly principal: string;
  /** On the smoke suite's consumer groups; absent if unknown. */
  readonly group?: Operations;
  /** The topics that the stack deployed, and whether the smoke suite writes to them; absent if it deployed none. */
  readonly deployed?: ReadonlyMap<string, { readonly isWritten: boolean }>;
};

const needed = rights.filter(({ need }) => need !== "optional");

/**
 * Judges which commands a principal may run. Metadata has no rights on topics that do not exist yet, so they are judged by
 * the topics that the stack deployed; if it deployed none, by all topics that the principal sees.
 */
export function judgeRights(seen: SeenRights): StepOf<"rights"> {
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
  const findings = describeMissing(missing, seen.principal);
  const isUseless = verdicts.every(({ verdict }) => verdict === "no");
  return {
    step: "rights",
    status: isUseless ? "failed" : statusOf(findings),
    observed: {
      principal: seen.principal,
      commands: verdicts,
      topics: seen.topics.size,
      from: seen.deployed ? "stack" : "cluster",
    },
    findings,
  };
}

function judge(
  own: readonly Right[],
  missing: ReadonlyMap<Right, unknown>,
  { topics, forbidden }: SeenRights,
): Verdict {
  const lacked = own.filter((right) => missing.has(right));
  if (lacked.some(({ need }) => need === "always")) return "no";
  if (topics.size + forbidden.length === 0) return "unknown";
  return lacked.length > 0 ? "partly" : "yes";
}

/** @returns the names of what the principal lacks the right on, empty for the cluster; undefined if it has it */
function findMissing(right: Right, seen: SeenRights): readonly string[] | undefined {
  const { operation, resource } = right;
  if (resource === "cluster") {
    // Without DESCRIBE, which ALTER implies, nothing else is known.
    const isMissing = seen.cluster ? !seen.cluster.has(operation) : /^(ALTER|DESCRIBE)$/.test(operation);
    return isMissing ? [] : undefined;
  }
  if (resource === "group") return seen.group && !seen.group.has(operation) ? [smokeGroupPrefix] : undefined;
  if (operation === "CREATE" && seen.cluster?.has("CREATE")) return undefined;
  const isAbout = (name: string) =>
    right.principal !== "smoke" || right.need === "always" || (seen.deployed?.get(name)?.isWritten ?? true);
  const topics = [...seen.topics].filter(([name]) => isAbout(name));
  const without = topics.filter(([, operations]) => !operations.has(operation)).map(([name]) => name);
  if (operation === "DESCRIBE") without.push(...seen.forbidden);
  // A principal may see topics of other teams.
  const isMissing = seen.deployed
    ? without.length > 0
    : topics.length > 0 && without.length === topics.length;
  return isMissing ? without : undefined;
}

/** Several principals may need the same right for the same purpose. */
function describeMissing(missing: ReadonlyMap<Right, readonly string[]>, principal: string): DoctorFinding[] {
  const groups = Map.groupBy(
    missing,
    ([{ operation, resource, purpose }]) => `${operation} ${resource} ${purpose}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [[first, names] = []] = group;
    if (!first || !names) return [];
    const { operation, resource, purpose } = first;
    return [
      {
        code: "PERMISSION_MISSING",
        expected: { operation, resource, names },
        commands: group.flatMap(([right]) => right.commands),
        purpose,
        observed: principal,
      },
    ];
  });
}
