import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { root } from "../machine/paths.ts";
import fixture from "./fixtures/real-topics.json" with { type: "json" };
import { describeTopics } from "./kafka-tools.ts";
import { createNamedTopics, deleteTopics } from "./topic-requests.ts";
import { Workspace } from "./workspace.ts";

test("The topics of a real team are adopted as they are: only imports, and nothing changes on the cluster", async () => {
  const topics: Catalogue = { "adopt.known": { partitions: 1, replicationFactor: 1 } };
  await using workspace = new Workspace(topics);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  await createNamedTopics([...fixture, { name: "adopt.left-out" }]);
  const before = await describeTopics();

  const adopted = await workspace.run("adopt", "--exclude", "*left-out");
  expect(adopted).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("43 topics written to infra/topics/adopted.ts"),
  });
  const again = await workspace.run("adopt");
  expect(again).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("adopted.ts already exists"),
  });
  const file = join(workspace.folder, "infra", "topics", "adopted.ts");
  const source = readFileSync(file, "utf8");
  const formatter = ["format", "--stdin-file-path=infra/topics/adopted.ts"];
  expect(execFileSync("biome", formatter, { cwd: root, input: source, encoding: "utf8" })).toBe(source);
  expect(source).toContain("days(7)");

  const preview = await workspace.run("preview");
  expect(preview.stdout).toContain("= 43 to import\n    2 unchanged");
  const up = await workspace.up();
  expect(up).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("= 43 imported") });
  expect(await describeTopics()).toEqual(before);
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });

  workspace.configure({ adoptExisting: false });
  workspace.writeCatalogue(
    "late.ts",
    'export const topics = { "adopt.left-out": { partitions: 1, replicationFactor: 1 } };\n',
  );
  const refused = await workspace.run("preview");
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stdout).toContain(
    "infra/topics/late.ts: adopt.left-out: the topic exists on the cluster, and adoptExisting of Pulumi.test.yaml is false",
  );
  await deleteTopics(["adopt.left-out"]);
}, 400_000);

test("Topics are adopted into a directory for each team, exempt from limits that they do not keep; the next run adds only new ones", async () => {
  await using workspace = new Workspace(
    {
      "adopt.base": { partitions: 1, replicationFactor: 1 },
      "byteam-dev": { partitions: 1, replicationFactor: 1, stacks: ["dev"] },
    },
    { maxPartitions: 2, teams: { search: { prefixes: ["byteam-clicks"] } } },
  );
  await workspace.createStack();
  const living = ["byteam-pay.in", "byteam-pay.out", "byteam-clicks.raw", "byteam-dev"];
  await createNamedTopics(living.map((name) => ({ name, partitions: name === "byteam-pay.out" ? 3 : 1 })));
  onTestFinished(() => deleteTopics([...living, "byteam-pay.late"]));
  const adopt = () => workspace.run("adopt", "--topic", "byteam-*", "--by-team", "--json");
  const filesOf = ({ stdout }: { stdout: string }) => JSON.parse(stdout).files;

  const first = await adopt();
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  const own = "infra/topics/byteam-pay/adopted.ts";
  expect(filesOf(first)).toEqual([own, "infra/topics/search/adopted.ts"]);
  expect(JSON.parse(first.stdout).adopted).toContainEqual({
    topic: "byteam-pay.out",
    exempt: { maxPartitions: "adopted from the cluster" },
  });
  const source = readFileSync(join(workspace.folder, own), "utf8");
  expect(source).toContain(
    // The workspace also has the stack dev.
    'partitions: 3,\n    replicationFactor: 1,\n    stacks: { test: { exempt: { maxPartitions: "adopted from the cluster" } } },',
  );
  expect(source).toContain('import type { Catalogue } from "../../topic.ts";');

  expect(JSON.parse(first.stdout).elsewhere).toEqual([
    {
      topic: "byteam-dev",
      code: "DECLARED_FOR_OTHER_STACKS",
      file: "infra/topics/team.ts",
      observed: ["dev"],
      message:
        'declared in infra/topics/team.ts, but not for stack test. To adopt it, set stacks: ["dev", "test"] in this file.',
    },
  ]);

  await createNamedTopics([{ name: "byteam-pay.late" }]);
  expect(filesOf(await adopt())).toEqual(["infra/topics/byteam-pay/adopted-2.ts"]);
  expect(readFileSync(join(workspace.folder, own), "utf8")).toBe(source);

  const review = await workspace.run("review", "--json");
  expect(review, review.stderr).toMatchObject({ exitCode: 0 });
  const { changes, settings } = JSON.parse(review.stdout);
  expect(changes.filter(({ code }: { code: string }) => code === "TOPIC_ADOPTED")).toHaveLength(4);
  expect(settings).toContainEqual(
    expect.objectContaining({ key: "byteam-pay.out.exempt.maxPartitions", code: "TOPIC_EXEMPTED" }),
  );
  expect((await workspace.run("topics", "--exempt")).stdout).toContain("adopted from the cluster");
  expect(await workspace.run("adopt", "--by-team", "--out", "infra/topics/a.ts")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("--out: given with --by-team, allowed: one of them"),
  });
});

test("Invalid patterns and a cluster without a topic to adopt are reported, and nothing is written", async () => {
  await using workspace = new Workspace({ "adopt.none": { partitions: 1 } });
  await workspace.createStack();
  const wrong = await workspace.run("adopt", "--include", "(");
  expect(wrong).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('--include: given "(", allowed: a regular expression'),
  });
  const wrongGlob = await workspace.run("adopt", "--topic", "[a]");
  expect(wrongGlob).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('--topic: given "[a]", allowed: a topic'),
  });
  const twice = await workspace.run("adopt", "--out", "a.ts", "--out", "b.ts");
  expect(twice).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--out: given 2 times") });
  const none = await workspace.run("adopt", "--topic", "no-such-topic");
  expect(none).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("--topic no-such-topic: matches none of the"),
  });
  // Deprecated: a regular expression that matches any part of a name.
  const replaced = await workspace.run("adopt", "--include", "^no-such-topic$", "--exclude", "^x");
  expect(replaced).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining("No topics to adopt: 0 topics"),
  });
  for (const said of ["--include is replaced by --topic GLOB", "--exclude ^x is a regular expression"])
    expect(replaced.stderr).toContain(said);
  const json = await workspace.run("adopt", "--include", "^no-such-topic$", "--json");
  expect(json.exitCode).toBe(1);
  expect(JSON.parse(json.stdout)).toEqual({
    version: 1,
    stack: "test",
    adopted: [],
    internal: [],
    errors: [],
    elsewhere: [],
    gone: [],
    declared: 0,
    ignored: 0,
  });
});

test("An output file that the program would not read is refused, and nothing is written", async () => {
  const workspace = new Workspace({ "adopt.out": { partitions: 1 } });
  onTestFinished(() => workspace.remove());
  await workspace.createStack();
  const listFiles = () => readdirSync(join(workspace.folder, "infra"), { recursive: true }).sort();
  const before = listFiles();
  for (const out of ["adopted.ts", "infra/topics/adopted.yaml", "infra/topics/payments/"]) {
    expect.soft(await workspace.run("adopt", "--out", out)).toMatchObject({
      exitCode: 1,
      stderr: `Nothing was written.\n--out: given '${out}', allowed: a .ts file under infra/topics/, where the program reads it\n`,
    });
  }
  expect.soft(listFiles()).toEqual(before);

  workspace.writeCatalogue("payments/orders.yaml", "orders: { partitions: 1 }\n");
  const unread = await workspace.run("adopt", "--topic", "living*");
  expect.soft(unread).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("infra/topics/payments/orders.yaml: file: given '.yaml', allowed: .ts"),
  });
});
