import { findViolations } from "../../infra/check-limits.ts";
import type { Stack } from "../../infra/stack.ts";
import type { TopicSpec } from "../../kafka/topic.ts";

/** A topic of the cluster as a catalogue declares it for a stack. */
export type AdoptedTopic = TopicSpec & {
  /** Configs that the stack's defaults would set, and the cluster's topic does not have. */
  readonly unset?: readonly string[];
};

const reason = "adopted from the cluster";

/**
 * Completes the declarations of adopted topics so that a stack accepts them and its update changes nothing: with exemptions
 * from the limits that they do not keep, and without the defaults of the stack.
 * @param file the catalogue file that declares them, whose name may be part of `namePattern`
 */
export function fitStack(topics: readonly TopicSpec[], stack: Stack, file: string): AdoptedTopic[] {
  const entries = new Map(topics.map(({ name }) => [name, { name, file, declared: {} }]));
  const violations = Map.groupBy(findViolations(topics, { stack, entries }), ({ topic }) => topic);
  return topics.map((topic) => {
    const limits = (violations.get(topic.name) ?? []).flatMap((violation) => violation.limits);
    const unset = stack.defaults.flatMap(({ isFor, config }) =>
      isFor(topic.name) ? Object.keys(config).filter((key) => topic.config[key] === undefined) : [],
    );
    return {
      ...topic,
      ...(limits.length > 0 && { exempt: Object.fromEntries(limits.map((limit) => [limit, reason])) }),
      ...(unset.length > 0 && { unset: [...new Set(unset)] }),
    };
  });
}
