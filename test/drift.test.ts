import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { findFreePorts } from "../machine/free-ports.ts";
import { appendRecords, describeTopics } from "./kafka-tools.ts";
import {
  createNamedTopics,
  deleteTopics,
  growTopic,
  setConfig,
  startMoving,
  throttleCopying,
} from "./topic-requests.ts";
import { readResults, Workspace } from "./workspace.ts";

const own = ["--topic", "drift.*"];

test("Each difference from the deployed topics is reported, and nothing is changed", async () => {
  const hour = 3_600_000;
  const topics: Catalogue = {
    "drift.same": { partitions: 1, replicationFactor: 1, config: { "retention.ms": hour } },
    "drift.grown": { partitions: 1, replicationFactor: 1 },
    "drift.gone": { partitions: 1, replicationFactor: 1 },
    "drift.configured": { partitions: 1, replicationFactor: 1, config: { "retention.ms": hour } },
  };
  await using workspace = new Workspace(topics);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  expect(await workspace.run("drift", ...own)).toMatchObject({
    exitCode: 0,
    stdout: "Stack test: no drift in 4 topics.\n",
  });

  await growTopic("drift.grown", 2);
  await deleteTopics(["drift.gone"]);
  await setConfig("drift.configured", { "retention.ms": 7_200_000, "max.message.bytes": 2_097_152 });
  await createNamedTopics([{ name: "drift.nobodys", partitions: 3 }]);
  const before = await describeTopics();

  const [json, markdown] = ["drift.json", "drift.md"].map((file) => join(workspace.folder, file)) as [
    string,
    string,
  ];
  const outcome = await workspace.run("drift", ...own, "--json", json, "--markdown", markdown);
  expect(outcome).toMatchObject({ exitCode: 7 });
  expect(outcome.stdout).toContain("Stack test: 5 differences in 4 topics.");
  expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject({
    version: 1,
    stack: "test",
    topics: 4,
    differences: [
      {
        topic: "drift.configured",
        code: "CONFIG_CHANGED_BY_HAND",
        key: "retention.ms",
        expected: "3600000",
        observed: "7200000",
      },
      {
        topic: "drift.configured",
        code: "CONFIG_ADDED_BY_HAND",
        key: "max.message.bytes",
        observed: "2097152",
      },
      { topic: "drift.gone", code: "TOPIC_MISSING" },
      { topic: "drift.grown", code: "PARTITION_COUNT_DIFFERS", expected: 1, observed: 2 },
      { topic: "drift.nobodys", code: "TOPIC_UNDECLARED", observed: { partitions: 3, bytes: 0 } },
    ],
    errors: [],
  });
  const named = await workspace.run("drift", "--json", "--topic", "drift.g*", "--topic", "drift.same");
  expect(named).toMatchObject({ exitCode: 7, stderr: "" });
  expect(JSON.parse(named.stdout).differences).toMatchObject([
    { topic: "drift.gone" },
    { topic: "drift.grown" },
  ]);
  expect(await workspace.run("drift", "--topic", "drift.no-such-*")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^--topic drift\.no-such-\*: matches none of the \d+ topics\.\n$/),
  });
  const misspelt = await workspace.run("drift", "--topic", "drift.same", "--exclude", "dirft.*");
  expect(misspelt).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(/^--exclude dirft\.\*: matches none of the/),
  });
  const ofOthers = ["__debezium-heartbeat.drift", "drift-connect-configs"];
  await createNamedTopics(ofOthers.map((name) => ({ name })));
  const others = [...ofOthers.flatMap((name) => ["--topic", name]), "--json"];
  const left = await workspace.run("drift", ...others);
  expect(left.exitCode).toBe(0);
  expect(JSON.parse(left.stdout)).toMatchObject({ differences: [], leftOut: 2 });
  const internal = await workspace.run("drift", "--internal", ...others);
  expect(internal.exitCode).toBe(7);
  expect(JSON.parse(internal.stdout).differences).toHaveLength(2);
  await deleteTopics(ofOthers);
  // Deprecated.
  const replaced = await workspace.run("drift", "--ignore", "^(?!drift\\.same)");
  expect(replaced.stderr).toContain("--ignore is replaced by --exclude GLOB");
  expect(readFileSync(markdown, "utf8")).toContain("| `drift.grown` | partition count | 1 | 2 |");
  expect(await describeTopics()).toEqual(before);
});

test("An unreachable cluster and a stack that is not deployed are errors, neither drift nor its absence", async () => {
  const [port] = await findFreePorts(1);
  await using workspace = new Workspace({ "drift.any": { partitions: 1 } });
  await workspace.createStack();
  expect(await workspace.run("drift")).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining("Stack test is not deployed."),
  });

  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  workspace.configure({ "kafka:bootstrapServers": [`127.0.0.1:${port}`] });
  const markdown = join(workspace.folder, "drift.md");
  const outcome = await workspace.run("drift", "--markdown", markdown);
  expect(outcome).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining("refused, nothing listens there"),
  });
  expect(readFileSync(markdown, "utf8")).toContain("could not be compared");
});

test("Moving partitions are reported by each command, are no drift, and stop only changes of their topic", async () => {
  const name = "moving.orders";
  const config = { "follower.replication.throttled.replicas": "*" } as const;
  const moving = { partitions: 2, replicationFactor: 2, config, smoke: "produce" } as const;
  const still = { partitions: 1, replicationFactor: 1 };
  const shorter = { ...moving, config: { ...config, "retention.ms": 3_600_000 } };
  const replicas = [
    [1, 2],
    [2, 1],
  ];
  await createNamedTopics([{ name, partitions: 2, config, replicas }]);
  await using workspace = new Workspace({ [name]: moving, "moving.still": still });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  await appendRecords(name, 300_000);
  onTestFinished(() => throttleCopying());
  await throttleCopying(20_000);
  await startMoving(name, [
    [3, 2],
    [2, 3],
  ]);

  const words = "partitions 0, 1 are moving from broker 1 to broker 3; \\d+ % of \\d\\d\\.\\d MB copied\\.";
  const route = { from: [1], to: [3] };
  const observed = [
    { partition: 0, ...route },
    { partition: 1, ...route },
  ];
  const finding = { code: "PARTITIONS_MOVING", topic: name, observed };

  const preview = await workspace.run("preview", "--expect-no-changes");
  expect.soft(preview.exitCode).toBe(0);
  expect
    .soft(preview.stdout)
    .toMatch(new RegExp(`${name}: ${words} Until the move ends, npm run up refuses`));
  const review = await workspace.run("review", "--json");
  expect.soft(JSON.parse(review.stdout)).toMatchObject({ verdict: "safe", changes: [], warnings: [finding] });
  const own = ["--topic", "moving.*"];
  const drift = await workspace.run("drift", ...own);
  expect.soft(drift.exitCode).toBe(0);
  expect
    .soft(drift.stdout)
    .toMatch(new RegExp(`^warning ${name}: ${words}\nStack test: no drift in 2 topics`));
  const drifted = JSON.parse((await workspace.run("drift", ...own, "--json")).stdout);
  expect.soft(drifted).toMatchObject({ differences: [], warnings: [finding], isDrifted: false });
  expect.soft(await workspace.run("smoke")).toMatchObject({ exitCode: 0 });
  const found = readResults(workspace).topics.flatMap(({ topic, checks }) =>
    checks.flatMap(({ code, cause }) => (code ? [[topic, code, cause]] : [])),
  );
  expect.soft(found).toEqual([[name, "PARTITIONS_MOVING", expect.stringMatching(words)]]);
  const { moves } = JSON.parse((await workspace.run("topics", "--moving", "--json")).stdout);
  expect.soft(moves).toMatchObject(observed.map((move) => ({ topic: name, ...move })));
  for (const { bytes, copied } of moves) expect.soft(copied).toBeLessThan(bytes);

  // The change of another topic is deployed, that of the moving one waits.
  workspace.declare({ [name]: moving, "moving.still": { ...still, partitions: 2 } });
  expect.soft(await workspace.up()).toMatchObject({ exitCode: 0 });
  workspace.declare({ [name]: shorter, "moving.still": { ...still, partitions: 2 } });
  expect.soft(await workspace.run("review")).toMatchObject({ exitCode: 0 });
  const refused = await workspace.up();
  expect.soft(refused).toMatchObject({ exitCode: 1 });
  expect.soft(refused.stdout).toMatch(new RegExp(`${name}: ${words} Until the move ends`));

  await throttleCopying();
  await expect
    .poll(async () => (await workspace.run("topics", "--moving")).stdout, { timeout: 60_000 })
    .toBe("No partition is moving.\n");
  expect.soft(await workspace.up()).toMatchObject({ exitCode: 0 });
  expect(await workspace.run("drift", ...own)).toMatchObject({
    stdout: "Stack test: no drift in 2 topics.\n",
  });
}, 300_000);
