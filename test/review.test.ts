import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Catalogue, TopicDeclaration } from "../infra/topic.ts";
import { escapeCell } from "../machine/markdown.ts";
import type { Change, Review } from "../ops/review/findings.ts";
import { describeTopics } from "./kafka-tools.ts";
import { createNamedTopics, deleteTopics, setConfig } from "./topic-requests.ts";
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
  // Writes a record to each partition.
  expect(await workspace.run("smoke")).toMatchObject({ exitCode: 0 });
});

afterAll(() => workspace?.[Symbol.asyncDispose]());

/** The output of `--json`. */
type ReviewJson = Omit<Review, "changes" | "errors"> & {
  readonly changes: readonly (Change & { readonly what: string })[];
  readonly errors: readonly { readonly code: string; readonly topic?: string; readonly message: string }[];
};

/** Reviews this catalogue against the deployed topics. */
async function review(topics: Catalogue, ...flags: string[]) {
  workspace.declare(topics);
  const [json, markdown] = ["review.json", "review.md"].map((file) => join(workspace.folder, file)) as [
    string,
    string,
  ];
  const outcome = await workspace.run("review", "--json", json, "--markdown", markdown, ...flags);
  const found: ReviewJson = JSON.parse(readFileSync(json, "utf8"));
  return { ...outcome, ...found, markdown: readFileSync(markdown, "utf8") };
}

function without(...names: (keyof typeof deployed)[]): Catalogue {
  return Object.fromEntries(Object.entries(deployed).filter(([name]) => !(names as string[]).includes(name)));
}

/** Changes that lose records, each with what the review says of it. */
const losses: [Catalogue, topic: string, what: string][] = [
  [
    { "review.shrunk": { partitions: 2, replicationFactor: 1 } },
    "review.shrunk",
    "3 → 2 partitions: the topic is deleted and created again; about 3 records are lost",
  ],
  [
    { "review.new-name": deployed["review.renamed"] },
    "review.renamed",
    "the topic is deleted; about 1 record is lost",
  ],
  [{}, "review.deleted", "the topic is deleted; about 2 records are lost"],
  [
    { "review.cut": { ...deployed["review.cut"], config: { "retention.ms": 1 } } },
    "review.cut",
    "retention.ms 30 days → 1 ms: about 1 of 1 record is older and lost",
  ],
  [
    { "review.cleaned": { ...deployed["review.cleaned"], config: { "cleanup.policy": "compact" } } },
    "review.cleaned",
    "cleanup.policy delete → compact: of about 1 record only the last of each key is kept",
  ],
  [
    // In the change that removes the protection.
    { "review.guarded": { partitions: 1, replicationFactor: 1, protect: false } },
    "review.guarded",
    "2 → 1 partition: the topic is deleted and created again; about 2 records are lost",
  ],
];

test("Every change that would lose records is reported and fails the review, until each of its topics is allowed", async () => {
  const topics = Object.assign(
    without("review.renamed", "review.deleted"),
    ...losses.map(([change]) => change),
  );
  const names = losses.map(([, topic]) => topic).sort();
  const refused = await review(topics);
  expect(refused).toMatchObject({
    exitCode: 2,
    verdict: "data loss",
    losses: names.map((topic) => ({ topic, allowed: false })),
  });
  for (const [, topic, what] of losses) {
    expect(refused.changes).toContainEqual(expect.objectContaining({ topic, risk: "data loss", what }));
    expect(refused.markdown).toContain(`| 🔴\u00a0data\u00a0loss | \`${topic}\` | ${escapeCell(what)} |`);
  }
  expect(refused.stdout).toContain(`--allow-data-loss ${names.join()}`);

  const [first, ...others] = names;
  const partly = await review(topics, "--allow-data-loss", others.join());
  expect(partly).toMatchObject({ exitCode: 2, verdict: "data loss" });
  expect(partly.losses.filter(({ allowed }) => !allowed)).toMatchObject([{ topic: first }]);
  expect(partly.stdout).toContain(`--allow-data-loss ${first}`);
  const allowed = await review(topics, "--allow-data-loss", names.join());
  expect(allowed).toMatchObject({
    exitCode: 0,
    losses: names.map((topic) => ({ topic, allowed: true })),
    errors: [],
  });
});

test("The loss of a protected topic is reported although the engine refuses it, and allowing it does not help", async () => {
  for (const topics of [
    without("review.guarded"),
    { ...deployed, "review.guarded": { partitions: 1, replicationFactor: 1, protect: true } },
  ] satisfies Catalogue[]) {
    const refused = await review(topics);
    expect(refused).toMatchObject({ exitCode: 2, losses: [{ topic: "review.guarded", allowed: false }] });
    const allowed = await review(topics, "--allow-data-loss", "review.guarded");
    expect(allowed).toMatchObject({
      exitCode: 1,
      errors: [{ code: "TOPIC_PROTECTED", topic: "review.guarded" }],
    });
    for (const { stdout, markdown } of [refused, allowed]) {
      // Neither the flag nor the engine's advice would help.
      expect(stdout + markdown).not.toMatch(/--allow-data-loss|unprotect/);
      expect(stdout).toContain("set protect: false and deploy that");
    }
  }
});

test("Changes that keep all records are safe or caution, and the review passes", async () => {
  const { exitCode, changes, markdown } = await review({
    ...deployed,
    "review.cut": { ...deployed["review.cut"], config: { "retention.ms": -1 } } as TopicDeclaration,
    "review.grown": { partitions: 2, replicationFactor: 3, config: { "min.insync.replicas": 2 } },
    "review.guarded": { ...deployed["review.guarded"], protect: false },
    "review.created": { partitions: 1 },
    "review.defaulted": { partitions: 1, replicationFactor: 1 },
  });
  expect(exitCode).toBe(0);
  expect(changes.map(({ risk, topic, what }) => `${risk} ${topic}: ${what}`)).toEqual([
    "caution review.defaulted: retention.ms 30 days → 7 days: none of its 1 record is older now",
    "caution review.grown: 1 → 2 partitions: new records of a key may go to a different partition",
    "caution review.grown: replication factor 2 → 3: the brokers copy all its records",
    "caution review.grown: min.insync.replicas 1 → 2: writes with acks=all need 2 replicas in sync",
    "caution review.guarded: no longer protected: a later change may delete or replace it",
    "safe review.created: created with 1 partition, replication factor 3",
    "safe review.cut: retention.ms 30 days → forever: records are kept for longer",
  ]);
  expect(markdown).toContain("## Review of stack test: caution");
});

test("The review reports that an unrelated update resets a retention that was raised by hand", async () => {
  await setConfig("review.handmade", { "retention.ms": 90 * day });
  const { exitCode, changes } = await review({
    ...deployed,
    "review.handmade": { partitions: 2, replicationFactor: 1 },
  });
  expect(exitCode).toBe(0);
  expect(changes).toContainEqual(
    expect.objectContaining({
      topic: "review.handmade",
      risk: "caution",
      code: "RETENTION_SHORTENED",
      expected: "604800000",
      observed: `${90 * day}`,
      records: { all: 1, older: 0 },
    }),
  );
});

test("An adoption that changes the retention is reviewed as that change, although nothing was deployed before", async () => {
  await createNamedTopics([{ name: "review.living", config: { "retention.ms": String(30 * day) } }]);
  const { exitCode, changes } = await review({
    ...deployed,
    "review.living": { partitions: 1, replicationFactor: 1, config: { "retention.ms": day } },
  });
  expect(exitCode).toBe(0);
  expect(changes.map(({ risk, topic, code }) => `${risk} ${topic} ${code}`)).toEqual([
    "caution review.living RETENTION_SHORTENED",
    "safe review.living TOPIC_ADOPTED",
  ]);
  await deleteTopics(["review.living"]);
});

test("What the preview refuses is in the review and its Markdown, and nothing is changed", async () => {
  const before = await describeTopics();
  const failed = await review({ ...deployed, "review.created": { partitions: 1, replicationFactor: 9 } });
  expect(failed).toMatchObject({
    exitCode: 1,
    verdict: "failed",
    errors: [{ code: "REFUSED_BY_BROKER", topic: "review.created" }],
  });
  expect(failed.stdout).toContain("review.created.replicationFactor: given 9, refused: Unable to replicate");
  expect(failed.markdown).toContain(
    "review.created.replicationFactor: given 9, refused: Unable to replicate",
  );
  expect(await review(deployed)).toMatchObject({ exitCode: 0, changes: [], verdict: "safe" });
  expect(await describeTopics()).toEqual(before);
});

test("--json prints only JSON, and the same change of many topics is one row unless --verbose is given", async () => {
  const created = Object.fromEntries(
    ["a", "b", "c", "d"].map((name) => [`review.new-${name}`, { partitions: 1 }]),
  );
  workspace.declare({ ...deployed, ...created });
  const json = await workspace.run("review", "--json", "--topic", "review.new-*", "--exclude", "*-d");
  expect(json).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(json.stdout).changes).toMatchObject(
    ["a", "b", "c"].map((name) => ({ topic: `review.new-${name}`, code: "TOPIC_CREATED" })),
  );
  const misspelt = await workspace.run("review", "--topic", "review.cut", "--topic", "reveiw.new-a");
  const count = Object.keys({ ...deployed, ...created }).length;
  expect(misspelt.stderr).toBe(`--topic reveiw.new-a: matches none of the ${count} topics.\n`);
  const { stdout } = await workspace.run("review");
  expect(stdout).toMatch(/4 topics: review\.new-a,\s/);
  expect((await workspace.run("review", "--verbose")).stdout).toContain("review.new-d");
});
