import fc from "fast-check";
import { expect } from "vitest";
import { topicType } from "../infra/stack-state.ts";
import { isUnexpected } from "../machine/command.ts";
import { misplace, oddJson, oddJsonText, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { explainUnfinished, findDeletions, findForeign, findUnfinished, recover } from "./recovery.ts";
import { parseExport, readDeployed } from "./state.ts";

const names = fc.constantFrom("orders", "orders.eu", "__proto__", "toString");
const urnOf = (type: string, name: string) => `urn:pulumi:prod::kafka-topics::${type}::${name}`;

const topic = fc
  .record({
    name: names,
    partitions: fc.integer({ min: 1, max: 100 }),
    config: fc.option(fc.dictionary(oddText, oddText, { maxKeys: 2 })),
    isPending: fc.boolean(),
    initErrors: fc.option(fc.array(oddText, { maxLength: 1 })),
  })
  .map(({ name, partitions, config, isPending, initErrors }) => ({
    ...{ urn: urnOf(topicType, name), type: topicType, custom: true, id: name, protect: isPending },
    ...{ inputs: { name, partitions }, outputs: { name, partitions, replicationFactor: 1, config } },
    ...{ pendingReplacement: isPending, initErrors },
  }));
const root = fc
  .dictionary(
    names,
    fc.record({ smoke: fc.constantFrom("produce", { off: "why" }), sample: fc.jsonValue({ maxDepth: 1 }) }),
  )
  .map((topics) => ({
    urn: urnOf("pulumi:pulumi:Stack", "kafka-topics-prod"),
    type: "pulumi:pulumi:Stack",
    outputs: { topics, bootstrapServers: ["a:9092"] },
  }));
const operation = fc.record({
  resource: topic,
  type: fc.constantFrom("creating", "deleting", "updating", "importing"),
});
const exported = fc.record({
  version: fc.constant(3),
  deployment: fc.record(
    {
      resources: fc.oneof(fc.constant(null), fc.tuple(root, topic, topic), fc.array(topic, { maxLength: 2 })),
      pending_operations: fc.array(operation, { maxLength: 2 }),
    },
    { requiredKeys: [] },
  ),
});
const texts = fc.oneof(
  { arbitrary: misplace(exported, oddJson).map((state) => JSON.stringify(state) ?? ""), weight: 9 },
  oddJsonText,
);

/** Returns the result, or undefined if it is refused with an error that is expected. */
function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    expect(isUnexpected(error), String(error)).toBe(false);
    return undefined;
  }
}

testProperty("Any output of stack export is a state whose topics are read, or refused", texts, (text) => {
  const state = attempt(() => parseExport(text, "prod"));
  if (state === undefined) return;
  const deployed = attempt(() => readDeployed("prod", state));
  for (const [name, topic] of deployed ?? []) {
    expect(topic).toMatchObject({ name, partitions: expect.any(Number), config: expect.any(Object) });
    expect(topic.smoke).toBeDefined();
  }
  attempt(() => findDeletions(state, new Map()));
  findForeign(state);
  explainUnfinished("prod", state);
  const unfinished = findUnfinished(state);
  const recovered = recover(state, unfinished, deployed ?? new Map());
  expect(findUnfinished(recovered).size).toBeLessThanOrEqual(unfinished.size);
});
