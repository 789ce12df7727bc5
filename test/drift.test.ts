import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import type { Drift } from "../ops/drift/drift.ts";
import { findFreePorts } from "./cluster.ts";
import { alterTopics, describeTopics, setConfig } from "./kafka-tools.ts";
import { Workspace } from "./workspace.ts";

const ignore = ["--ignore", "^(?!drift\\.)"];

test("What differs from the deployed topics is told one by one, and nothing is touched", async () => {
  const hour = 3_600_000;
  const topics: Catalogue = {
    "drift.same": { partitions: 1, replicationFactor: 1, config: { "retention.ms": hour } },
    "drift.grown": { partitions: 1, replicationFactor: 1 },
    "drift.gone": { partitions: 1, replicationFactor: 1 },
    "drift.configured": { partitions: 1, replicationFactor: 1, config: { "retention.ms": hour } },
  };
  await using workspace = new Workspace(topics);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  expect(await workspace.run("drift", ...ignore)).toMatchObject({
    exitCode: 0,
    stdout: "Stack test: no drift in 4 topics.\n",
  });

  await alterTopics("--alter", "--topic", "drift.grown", "--partitions", "2");
  await alterTopics("--delete", "--topic", "drift.gone");
  await setConfig("drift.configured", "retention.ms=7200000,max.message.bytes=2097152");
  await alterTopics("--create", "--topic", "drift.nobodys", "--partitions", "3");
  const before = await describeTopics();

  const [json, markdown] = ["drift.json", "drift.md"].map((file) => join(workspace.folder, file)) as [
    string,
    string,
  ];
  const outcome = await workspace.run("drift", ...ignore, "--json", json, "--markdown", markdown);
  expect(outcome).toMatchObject({ exitCode: 7 });
  expect(outcome.stdout).toContain("Stack test: 5 differences in 4 topics.");
  const drift: Drift = JSON.parse(readFileSync(json, "utf8"));
  expect(drift).toEqual({
    version: 1,
    stack: "test",
    topics: 4,
    differences: [
      {
        topic: "drift.configured",
        kind: "config",
        key: "retention.ms",
        expected: "1 hour",
        observed: "2 hours",
      },
      {
        topic: "drift.configured",
        kind: "set by hand",
        key: "max.message.bytes",
        expected: "not set",
        observed: "2 MiB",
      },
      { topic: "drift.gone", kind: "missing", expected: "on the cluster", observed: "not there" },
      { topic: "drift.grown", kind: "partitions", expected: "1", observed: "2" },
      {
        topic: "drift.nobodys",
        kind: "undeclared",
        expected: "not there",
        observed: "3 partitions, 0 bytes",
      },
    ],
    errors: [],
  });
  expect(readFileSync(markdown, "utf8")).toContain("| drift.grown | partitions | 1 | 2 |");
  expect(await describeTopics()).toEqual(before);
  await alterTopics("--delete", "--topic", "drift.nobodys");
  await workspace.run("pulumi", "refresh", "--yes", "--skip-preview");
});

test("A cluster that does not answer is no drift and no lack of it; nor is a stack that is not deployed", async () => {
  const [port] = await findFreePorts(1);
  await using workspace = new Workspace({ "drift.any": { partitions: 1 } });
  await workspace.run("pulumi", "stack", "select", "test", "--create");
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
  expect(readFileSync(markdown, "utf8")).toContain("could not be told");
  workspace.configure({});
});
