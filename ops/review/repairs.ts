import type { ChangedFactor, Repair } from "../../infra/findings.ts";
import { topicType } from "../../infra/stack-state.ts";
import type { Step } from "../../pulumi/preview.ts";

/** The operation of a step in which the program itself resets configs; the engine has none for an unchanged topic. */
export const repair = "repair";

/** Returns the steps for topics whose configs the update resets, or whose replication factor it restores. */
export function toSteps(repairs: readonly Repair[], factors: readonly ChangedFactor[]): Step[] {
  const reset = [...Map.groupBy(repairs, ({ topic }) => topic)].map(([name, own]) =>
    toStep(
      name,
      { config: Object.fromEntries(own.map(({ key, observed }) => [key, observed])) },
      { config: Object.fromEntries(own.map(({ key, expected }) => [key, expected])) },
    ),
  );
  const restored = factors.map(({ topic, expected, observed }) =>
    toStep(topic, { replicationFactor: observed }, { replicationFactor: expected }),
  );
  return [...reset, ...restored];
}

type Inputs = Readonly<Record<string, unknown>>;

function toStep(name: string, before: Inputs, after: Inputs): Step {
  const toState = (inputs: Inputs) => ({ inputs, protect: false });
  return { urn: "", op: repair, type: topicType, name, before: toState(before), after: toState(after) };
}
