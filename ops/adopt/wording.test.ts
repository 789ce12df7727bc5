import { expect, test } from "vitest";
import type { AdoptedTopic, Elsewhere, FoundTopics } from "./findings.ts";
import { renderJson } from "./json.ts";
import { explainNothing, reportAdoption } from "./wording.ts";

const found: FoundTopics = {
  adopted: [],
  dryRunReasons: new Map(),
  internal: new Map(),
  obstacles: new Map(),
  elsewhere: new Map(),
  gone: [],
  counts: { all: 9, matching: 9, declared: 0, ignored: 0 },
};
const topic = (name: string, change: Partial<AdoptedTopic> = {}): AdoptedTopic => ({
  name,
  partitions: 1,
  replicationFactor: 1,
  config: {},
  ...change,
});
const reason = "adopted from the cluster";

test("The summary counts exemptions and removed defaults, each with the first topics, and the topics without records", () => {
  const adopted = [
    ...["a", "b", "c", "d"].map((name) => topic(name, { exempt: { maxPartitions: reason } })),
    topic("e", { exempt: { maxPartitions: reason, namePattern: reason }, unset: ["flush.ms"] }),
    topic("f", { smokeOfStack: "metadata" }),
    topic("g", { smoke: "dry-run" }),
    topic("h", { smokeOfStack: "produce" }),
  ];
  const places = ["infra/topics/adopted.ts"];
  expect(
    reportAdoption({ ...found, adopted }, places, "prod"),
  ).toBe(`8 topics written to infra/topics/adopted.ts.
npm run smoke writes a JSON record to each partition of 6 topics:
  a
  b
  c
  d
  e
  h
It makes a dry run of 1 topic, which writes nothing; comments in the file give the reasons.
It writes no records to 1 topic, as Pulumi.prod.yaml says (smoke).
6 exemptions from limits of Pulumi.prod.yaml that the topics violate:
  maxPartitions: a, b, c and 2 others
  namePattern: e
1 config set to null, so that no default of Pulumi.prod.yaml changes the topics:
  flush.ms: e
Next: npm run review -- --stack prod, which shows them as adopted, then npm run up.`);
  expect(JSON.parse(renderJson("prod", places, { ...found, adopted })).adopted.slice(3, 6)).toEqual([
    { topic: "d", exempt: { maxPartitions: reason } },
    { topic: "e", exempt: { maxPartitions: reason, namePattern: reason }, unset: ["flush.ms"] },
    { topic: "f" },
  ]);
});

test("A topic that is declared only for other stacks is reported with its file, and with what to write there", () => {
  const code = "DECLARED_FOR_OTHER_STACKS";
  const listed = { code, file: "infra/topics/team.ts", observed: ["prod"] } as const;
  const elsewhere = new Map<string, Elsewhere>([
    ...["a", "b", "c", "d"].map((name) => [name, listed] as const),
    ["e", { code, file: "infra/topics/team.ts", observed: false }] as const,
  ]);
  const report = `5 topics left out, because the catalogue declares them for other stacks:
  4 topics: a, b, c and 1 other: declared in infra/topics/team.ts, but not for stack dev. To adopt it, set stacks: ["prod", "dev"] in this file.
  e: declared in infra/topics/team.ts, but not for stack dev. To adopt it, remove "dev" from stacks in this file.`;
  expect(explainNothing({ ...found, elsewhere }, "dev")).toContain(report);
  expect(reportAdoption({ ...found, elsewhere }, [], "dev")).toContain(report);
  expect(JSON.parse(renderJson("dev", [], { ...found, elsewhere })).elsewhere[0]).toEqual({
    topic: "a",
    ...listed,
    message:
      'declared in infra/topics/team.ts, but not for stack dev. To adopt it, set stacks: ["prod", "dev"] in this file.',
  });
});
