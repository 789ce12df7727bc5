import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Catalogue, TopicDeclaration } from "../infra/topic.ts";
import type { Review } from "../ops/review/change.ts";
import { alterTopics, describeTopics, setConfig } from "./kafka-tools.ts";
import { Workspace } from "./workspace.ts";

const day = 86_400_000;
const deployed = {
  "review.shrunk": { partitions: 3, replicationFactor: 1 },
  "review.renamed": { partitions: 1, replicationFactor: 1 },
  "review.deleted": { partitions: 2, replicationFactor: 1 },
  "review.cut": { partitions: 1, replicationFactor: 1, config: { "retention.ms": 30 * day } },
  "review.defaulted": { partitions: 1, replicationFactor: 1, config: { "retention.ms": 30 * day } },
  "review.cleaned": { partitions: 1, replicationFactor: 1 },
  "review.guarded": { partitions: 2, replicationFactor: 1, protect: true },
  "review.grown": { partitions: 1, replicationFactor: 2 },
  "review.handmade": { partitions: 1, replicationFactor: 1 },
} satisfies Catalogue;

let workspace: Workspace;

beforeAll(async () => {
  workspace = new Workspace(deployed);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  // A record in each partition.
  expect(await workspace.run("smoke")).toMatchObject({ exitCode: 0 });
});

afterAll(async () => {
  workspace.declare({ ...deployed, "review.guarded": { ...deployed["review.guarded"], protect: false } });
  await workspace.up();
  await workspace[Symbol.asyncDispose]();
});

/** Reviews this catalogue against what is deployed. */
async function review(topics: Catalogue, ...flags: string[]) {
  workspace.declare(topics);
  const [json, markdown] = ["review.json", "review.md"].map((file) => join(workspace.folder, file)) as [
    string,
    string,
  ];
  const outcome = await workspace.run("review", "--json", json, "--markdown", markdown, ...flags);
  const found: Review = JSON.parse(readFileSync(json, "utf8"));
  return { ...outcome, ...found, markdown: readFileSync(markdown, "utf8") };
}

function without(...names: (keyof typeof deployed)[]): Catalogue {
  return Object.fromEntries(Object.entries(deployed).filter(([name]) => !(names as string[]).includes(name)));
}

/** The loss of each case: the catalogue, the topic that loses, and what is said of it. */
const losses: [string, Catalogue, string, string][] = [
  [
    "Fewer partitions",
    { ...deployed, "review.shrunk": { partitions: 2, replicationFactor: 1 } },
    "review.shrunk",
    "3 → 2 partitions: the topic is deleted and created again; about 3 records are lost",
  ],
  [
    "A new name",
    { ...without("review.renamed"), "review.new-name": deployed["review.renamed"] },
    "review.renamed",
    "the topic is deleted; about 1 record is lost",
  ],
  [
    "A deletion",
    without("review.deleted"),
    "review.deleted",
    "the topic is deleted; about 2 records are lost",
  ],
  [
    "A shorter retention",
    { ...deployed, "review.cut": { ...deployed["review.cut"], config: { "retention.ms": 1 } } },
    "review.cut",
    "retention.ms 30 days → 1 ms: about 1 of 1 records are older and are lost",
  ],
  [
    "A retention that is left to the cluster",
    { ...deployed, "review.defaulted": { partitions: 1, replicationFactor: 1 } },
    "review.defaulted",
    "retention.ms 30 days → 7 days: about 0 of 1 records are older and are lost",
  ],
  [
    "Another cleanup policy",
    {
      ...deployed,
      "review.cleaned": { ...deployed["review.cleaned"], config: { "cleanup.policy": "compact" } },
    },
    "review.cleaned",
    "cleanup.policy delete → compact: of about 1 record only the last of each key is kept",
  ],
  [
    "Fewer partitions in the change that lifts the protection",
    { ...deployed, "review.guarded": { partitions: 1, replicationFactor: 1, protect: false } },
    "review.guarded",
    "2 → 1 partition: the topic is deleted and created again; about 2 records are lost",
  ],
];

for (const [title, topics, topic, what] of losses) {
  test(`${title} would lose records: the review says so and fails, and passes once it is allowed`, async () => {
    const refused = await review(topics);
    expect(refused).toMatchObject({
      exitCode: 2,
      verdict: "records lost",
      losses: [{ topic, allowed: false }],
    });
    expect(refused.changes).toContainEqual(expect.objectContaining({ topic, risk: "records lost", what }));
    expect(refused.stdout).toContain(`--allow-data-loss ${topic}`);
    expect(refused.markdown).toContain(`| 🔴 records lost | ${topic} | ${what.replaceAll("_", "\\_")} |`);

    const allowed = await review(topics, "--allow-data-loss", topic);
    expect(allowed).toMatchObject({ exitCode: 0, losses: [{ topic, allowed: true }], errors: [] });
  });
}

test("Every topic that loses records has to be named", async () => {
  const topics: Catalogue = {
    ...without("review.deleted"),
    "review.shrunk": { partitions: 1, replicationFactor: 1 },
  };
  expect(await review(topics, "--allow-data-loss", "review.shrunk")).toMatchObject({ exitCode: 2 });
  const both = ["--allow-data-loss", "review.shrunk,review.deleted"];
  expect(await review(topics, ...both)).toMatchObject({ exitCode: 0 });
});

test("The loss of a protected topic is told though the engine refuses it, and allowed it still would fail", async () => {
  for (const topics of [
    without("review.guarded"),
    { ...deployed, "review.guarded": { partitions: 1, replicationFactor: 1, protect: true } },
  ] satisfies Catalogue[]) {
    const refused = await review(topics);
    expect(refused).toMatchObject({ exitCode: 2, losses: [{ topic: "review.guarded", allowed: false }] });
    const allowed = await review(topics, "--allow-data-loss", "review.guarded");
    expect(allowed).toMatchObject({ exitCode: 1 });
    expect(allowed.errors.join()).toContain("protect");
  }
});

test("Changes that keep all records are safe or want care, and the review passes", async () => {
  const { exitCode, changes, markdown } = await review({
    ...deployed,
    "review.cut": { ...deployed["review.cut"], config: { "retention.ms": -1 } } as TopicDeclaration,
    "review.grown": { partitions: 2, replicationFactor: 3, config: { "min.insync.replicas": 2 } },
    "review.guarded": { ...deployed["review.guarded"], protect: false },
    "review.created": { partitions: 1 },
  });
  expect(exitCode).toBe(0);
  expect(changes.map(({ risk, topic, what }) => `${risk} ${topic}: ${what}`)).toEqual([
    "care review.grown: 1 → 2 partitions: records of a key go to another partition than before",
    "care review.grown: replication factor 2 → 3: the brokers copy all its records",
    "care review.grown: min.insync.replicas 1 → 2: writes with acks=all need 2 replicas in sync",
    "care review.guarded: no longer protected: a later change may delete or replace it",
    "safe review.created: created with 1 partition, replication factor 3",
    "safe review.cut: retention.ms 30 days → for ever: records are kept for longer",
  ]);
  expect(markdown).toContain("## Review of stack test: care");
});

test("A retention that was raised by hand is cut by an update of something else, and the review knows", async () => {
  await setConfig("review.handmade", `retention.ms=${90 * day}`);
  const { exitCode, changes } = await review({
    ...deployed,
    "review.handmade": { partitions: 2, replicationFactor: 1 },
  });
  expect(exitCode).toBe(2);
  expect(changes).toContainEqual(
    expect.objectContaining({
      topic: "review.handmade",
      risk: "records lost",
      what: "retention.ms 90 days → 7 days: about 0 of 1 records are older and are lost",
    }),
  );
});

test("An adoption that cuts the retention loses records, though nothing was deployed before", async () => {
  await alterTopics(
    "--create",
    "--topic",
    "review.living",
    "--partitions",
    "1",
    "--config",
    `retention.ms=${30 * day}`,
  );
  const { exitCode, changes } = await review({
    ...deployed,
    "review.living": { partitions: 1, replicationFactor: 1, config: { "retention.ms": day } },
  });
  expect(exitCode).toBe(2);
  expect(changes.map(({ risk, topic }) => `${risk} ${topic}`)).toEqual([
    "records lost review.living",
    "safe review.living",
  ]);
  await alterTopics("--delete", "--topic", "review.living");
});

test("What the preview refuses is in the review, in the pull request too, and nothing has changed", async () => {
  const before = await describeTopics();
  const failed = await review({ ...deployed, "review.created": { partitions: 1, replicationFactor: 9 } });
  expect(failed).toMatchObject({ exitCode: 1, verdict: "failed" });
  expect(failed.stdout).toContain("review.created.replicationFactor: given 9, refused: Unable to replicate");
  expect(failed.markdown).toContain(
    "review.created.replicationFactor: given 9, refused: Unable to replicate",
  );
  expect(await review(deployed)).toMatchObject({ exitCode: 0, changes: [], verdict: "safe" });
  expect(await describeTopics()).toEqual(before);
});
