import { findViolations } from "../../infra/check-limits.ts";
import type { Stack } from "../../infra/stack.ts";
import type { SmokeMode, TopicSpec } from "../../kafka/topic.ts";
import type { AdoptedTopic } from "./findings.ts";

const reason = "adopted from the cluster";

/**
 * Completes the declarations of adopted topics so that a stack accepts them and its update changes nothing: with exemptions
 * from the limits that they do not keep, and without the defaults of the stack. Neither applies to other stacks.
 * @param others the catalogue's other stacks
 * @param file the catalogue file that declares them, whose name may be part of `namePattern`
 */
export function fitStack(
  topics: readonly TopicSpec[],
  { stack, others }: { readonly stack: Stack; readonly others: readonly Stack[] },
  file: string,
): AdoptedTopic[] {
  const entries = new Map(topics.map(({ name }) => [name, { name, file, declared: {} }]));
  const violations = Map.groupBy(findViolations(topics, { stack, entries }), ({ topic }) => topic);
  return topics.map(({ smoke, ...topic }) => {
    const limits = (violations.get(topic.name) ?? []).flatMap((violation) => violation.limits);
    const unset = stack.defaults.flatMap(({ isFor, config }) =>
      isFor(topic.name) ? Object.keys(config).filter((key) => topic.config[key] === undefined) : [],
    );
    const mode = smokeModeIn(stack, topic.name);
    // Without a mode of its own, the topic could get records on another stack.
    const isUntouched = [stack, ...others].every(
      (each) => (smokeModeIn(each, topic.name) ?? "produce") !== "produce",
    );
    return {
      ...topic,
      ...(smoke !== undefined && !isUntouched ? { smoke } : mode !== undefined && { smokeOfStack: mode }),
      ...(limits.length > 0 && { exempt: Object.fromEntries(limits.map((limit) => [limit, reason])) }),
      ...(unset.length > 0 && { unset: [...new Set(unset)] }),
      ...(others.length > 0 && { onlyOn: stack.name }),
    };
  });
}

/** The mode that a stack's config gives a topic. */
function smokeModeIn({ smoke }: Stack, topic: string): SmokeMode | undefined {
  return smoke.findLast(({ isFor }) => isFor(topic))?.mode;
}
