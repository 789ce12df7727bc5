import type { Repair } from "../../infra/findings.ts";
import { topicType } from "../../infra/stack-state.ts";
import type { Step } from "../../pulumi/preview.ts";

/** The operation of a step in which the program itself resets configs; the engine has none for an unchanged topic. */
export const repair = "repair";

/** Returns a step for each topic whose configs the update resets. */
export function toSteps(repairs: readonly Repair[]): Step[] {
  return [...Map.groupBy(repairs, ({ topic }) => topic)].map(([name, own]) => ({
    urn: "",
    op: repair,
    type: topicType,
    name,
    before: toState(own.map(({ key, observed }) => [key, observed])),
    after: toState(own.map(({ key, expected }) => [key, expected])),
  }));
}

function toState(configs: readonly (readonly [key: string, value: string])[]) {
  return { inputs: { config: Object.fromEntries(configs) }, protect: false };
}
