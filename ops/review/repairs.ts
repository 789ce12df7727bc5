import { topicType } from "../../infra/stack-state.ts";
import type { Preview, Step } from "../../pulumi/preview.ts";

/** The operation of a step in which the program itself resets configs; the engine has none for an unchanged topic. */
export const repair = "repair";

/** Returns a step for each unchanged topic whose configs the update resets. */
export function repairsOf({ steps, findings, failed }: Preview): Step[] {
  if (failed) return [];
  const changed = new Set(
    steps.flatMap(({ type, op, name }) => (type === topicType && op !== "same" ? [name] : [])),
  );
  const resets = findings.warnings.flatMap(({ code, topic = "", key = "", expected, observed }) =>
    code === "CONFIG_RESET" && !changed.has(topic) ? [{ topic, key, expected, observed }] : [],
  );
  return [...Map.groupBy(resets, ({ topic }) => topic)].map(([name, own]) => ({
    urn: "",
    op: repair,
    type: topicType,
    name,
    before: toState(own.map(({ key, observed }) => [key, observed])),
    after: toState(own.map(({ key, expected }) => [key, expected])),
  }));
}

function toState(configs: [key: string, value: unknown][]) {
  return { inputs: { config: Object.fromEntries(configs) }, protect: false };
}
