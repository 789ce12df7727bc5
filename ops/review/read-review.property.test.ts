import fc from "fast-check";
import { expect } from "vitest";
import { topicType } from "../../infra/stack-state.ts";
import type { Preview } from "../../pulumi/preview.ts";
import { oddJson, oddText } from "../../test/odd-values.ts";
import { testProperty } from "../../test/property.ts";
import { judgePreview } from "./read-review.ts";
import { renderJson, renderMarkdown, renderTable } from "./render.ts";
import { describeChange } from "./wording.ts";

/** What the description of a change contains only by mistake. */
const unnatural = /undefined|NaN|\[object/;
const numbers = fc.constantFrom("-1", "0", "1000", "604800000", "9223372036854775807");
const configs = fc.record(
  {
    "retention.ms": numbers,
    "retention.bytes": numbers,
    "min.insync.replicas": fc.constantFrom("1", "2"),
    "cleanup.policy": fc.constantFrom("compact", "delete", "compact,delete", "delete,compact", ""),
    "remote.storage.enable": fc.constantFrom("true", "false"),
    // A description of these words would look wrong.
    "any.other": oddText.filter((text) => !unnatural.test(text)),
  },
  { requiredKeys: [] },
);
const state = fc.record({
  inputs: fc.record(
    {
      name: fc.constant("orders"),
      partitions: fc.oneof(fc.integer({ min: 1, max: 9 }), oddJson),
      replicationFactor: fc.oneof(fc.integer({ min: 1, max: 3 }), oddJson),
      config: fc.oneof(configs, oddJson),
    },
    { requiredKeys: ["name"] },
  ),
  protect: fc.boolean(),
});
const known = [
  "same",
  "create",
  "import",
  "update",
  "replace",
  "create-replacement",
  "delete-replaced",
  "delete",
  "discard",
];
const step = fc.record(
  {
    op: fc.constantFrom(...known, "refresh", "whatever comes next", ""),
    urn: fc.constantFrom("urn:orders", "urn:billing"),
    type: fc.oneof(
      { arbitrary: fc.constant(topicType), weight: 5 },
      fc.constantFrom("pulumi:pulumi:Stack", "kafka:index/acl:Acl"),
    ),
    name: fc.constantFrom("orders", "billing"),
    before: state,
    after: state,
  },
  { requiredKeys: ["op", "urn", "type", "name"] },
);
const message = fc.record({ message: oddText, urn: fc.constantFrom("urn:orders", undefined) });
const finding = fc.record({
  code: fc.constantFrom("PREFLIGHT_OFF", "CONFIG_RESET", "DATA_LOSS_REPLACE", "INVALID_VALUE"),
  topic: fc.constantFrom("orders", undefined),
  message: oddText,
});
const few = <T>(values: fc.Arbitrary<T>) => fc.array(values, { maxLength: 2 });
const previews: fc.Arbitrary<Preview> = fc.record({
  steps: fc.array(step, { maxLength: 3 }),
  findings: fc.record({ errors: few(finding), warnings: few(finding) }),
  engine: fc.record({ errors: few(message), warnings: few(message) }),
  topics: fc.constant(new Set(["orders"])),
  unfinished: fc.nat(2),
  failed: fc.boolean(),
  isDeployed: fc.boolean(),
  forgotten: fc.constant(new Map<string, string>()),
});
const live = fc.dictionary(
  fc.constantFrom("orders", "billing"),
  fc.record(
    {
      configs: configs.map((own) => ({
        values: new Map(Object.entries(own)),
        own: new Set(Object.keys(own)),
      })),
      defaults: configs.map((defaults) => new Map(Object.entries(defaults))),
      records: fc.record({ all: fc.nat(5), older: fc.nat(5) }),
    },
    { requiredKeys: [] },
  ),
);

testProperty(
  "A topic that any step deletes or replaces is a data loss, an unknown step is never safe, and all is described",
  fc.tuple(previews, live, fc.constantFrom([], ["orders"], ["*"])),
  ([preview, live, allowed]) => {
    const review = {
      stack: "prod",
      hash: "0".repeat(64),
      ...judgePreview(preview, new Map(Object.entries(live)), [], allowed),
    };
    const gone = preview.steps.filter(
      ({ type, op }) => type === topicType && /replace|delete|discard/.test(op),
    );
    const lost = review.losses.map(({ topic }) => topic);
    expect(lost).toEqual(expect.arrayContaining(gone.map(({ name }) => name)));
    for (const { topic, allowed: isAllowed } of review.losses)
      expect(isAllowed).toBe(allowed.some((one) => one === "*" || one === topic));
    if (lost.length > 0) expect(review.verdict).toBe("data loss");
    else if (preview.failed) expect(review.verdict).toBe("failed");
    if (preview.failed) expect(review.errors).not.toEqual([]);
    const isUnknown = preview.steps.some(({ type, op }) => type === topicType && !known.includes(op));
    if (isUnknown) expect(review.verdict).not.toBe("safe");
    for (const change of review.changes) expect(describeChange(change)).not.toMatch(unnatural);
    const options = { columns: 120, isVerbose: false, isListed: () => true };
    expect(renderTable(review, options).length).toBeGreaterThan(0);
    expect(renderMarkdown(review, () => true)).toMatch(/^## Review of stack prod: /);
    expect(JSON.parse(renderJson(review, () => true))).toMatchObject({ verdict: review.verdict });
  },
);
