import { z } from "zod";
import { topicType } from "../../../infra/stack-state.ts";

const exported = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(
      z.looseObject({
        type: z.string(),
        outputs: z.looseObject({ topics: z.record(z.string(), z.unknown()).optional() }).optional(),
      }),
    ),
  }),
});

/**
 * Turns the state of a stack that has deployed one topic into the state of a stack that has deployed many like it.
 * @param state as `pulumi stack export` writes it
 * @param seed the topic's name, which must not occur anywhere else
 */
export function multiplyState(state: string, seed: string, names: readonly string[]): string {
  const parsed = exported.parse(JSON.parse(state));
  const resources = parsed.deployment.resources.flatMap((resource) => {
    if (resource.type === topicType) return multiply(resource, seed, names);
    const topic = resource.outputs?.topics?.[seed];
    if (topic === undefined) return [resource];
    const copies = multiply(topic, seed, names);
    const topics = Object.fromEntries(names.map((name, at) => [name, copies[at]]));
    return [{ ...resource, outputs: { ...resource.outputs, topics } }];
  });
  return JSON.stringify({ ...parsed, deployment: { ...parsed.deployment, resources } });
}

/** Copies a JSON value for each name, with the name in place of the seed's. */
export function multiply(value: unknown, seed: string, names: readonly string[]): unknown[] {
  const text = JSON.stringify(value);
  return names.map((name) => JSON.parse(text.replaceAll(seed, name)));
}
