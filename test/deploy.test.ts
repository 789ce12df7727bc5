import { expect, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { describeTopics } from "./kafka-tools.ts";
import { Workspace } from "./workspace.ts";

const catalogue = {
  "deploy.events": { partitions: 3, replicationFactor: 2, config: { "retention.ms": 3_600_000 } },
  "deploy.state": { partitions: 2, config: { "cleanup.policy": "compact", "min.insync.replicas": 2 } },
} satisfies Catalogue;

async function describeOwn() {
  return (await describeTopics())
    .filter(({ name }) => name.startsWith("deploy."))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

test("A catalogue is deployed, left unchanged, changed in place and destroyed", async () => {
  await using workspace = new Workspace(catalogue);

  const created = await workspace.up();
  expect(created).toMatchObject({ exitCode: 0 });
  expect(created.stdout).toContain("+ 3 created");
  expect(await describeOwn()).toMatchObject([
    { name: "deploy.events", partitions: 3, replicationFactor: 2, config: { "retention.ms": "3600000" } },
    {
      name: "deploy.state",
      partitions: 2,
      replicationFactor: 3,
      config: { "cleanup.policy": "compact", "min.insync.replicas": "2" },
    },
  ]);

  const again = await workspace.run("up", "--yes", "--skip-preview", "--expect-no-changes");
  expect(again).toMatchObject({ exitCode: 0 });
  expect(again.stdout).toContain("3 unchanged");

  workspace.declare({
    ...catalogue,
    "deploy.events": { ...catalogue["deploy.events"], partitions: 5 },
    "deploy.state": { ...catalogue["deploy.state"], config: { "cleanup.policy": ["compact", "delete"] } },
  });
  const preview = await workspace.run("preview", "--json");
  const steps: { op: string; urn: string }[] = JSON.parse(preview.stdout).steps;
  expect(steps.filter(({ urn }) => urn.includes("kafka:index")).map(({ op }) => op)).toEqual([
    "update",
    "update",
  ]);
  const changed = await workspace.up();
  expect(changed).toMatchObject({ exitCode: 0 });
  expect(changed.stdout).toContain("~ 2 updated");
  const [events, state] = await describeOwn();
  expect(events).toMatchObject({ partitions: 5, config: { "retention.ms": "3600000" } });
  expect(state).toMatchObject({ partitions: 2, config: { "cleanup.policy": "compact,delete" } });

  const destroyed = await workspace.run("pulumi", "destroy", "--yes", "--skip-preview");
  expect(destroyed).toMatchObject({ exitCode: 0 });
  expect(await describeOwn()).toEqual([]);
});

test("The engine runs only if it would change the cluster or the state", async () => {
  const topic = { partitions: 1, replicationFactor: 1 };
  await using workspace = new Workspace({ "deploy.idle": topic }, { protect: "false" });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const engineRan = async () => {
    const { exitCode, stdout } = await workspace.up();
    expect(exitCode, stdout).toBe(0);
    const [said] = stdout.match(/Updating \(test\)|Stack test: nothing to deploy\./) ?? [];
    return said === "Updating (test)";
  };
  expect(await engineRan()).toBe(false);
  const changes: [what: string, Catalogue["x"]][] = [
    ["an output", { ...topic, smoke: "metadata" }],
    ["the protection", { ...topic, smoke: "metadata", protect: true }],
    ["the protection, again", { ...topic, smoke: "metadata", protect: false }],
  ];
  for (const [what, declared] of changes) {
    workspace.declare({ "deploy.idle": declared });
    expect(await engineRan(), what).toBe(true);
  }
  expect(await engineRan()).toBe(false);
});

test("Problems in the catalogue and the stack config are reported together, before anything is changed", async () => {
  await using workspace = new Workspace(
    { "deploy.wrong": { partitions: 0 }, "deploy wrong": { partitions: 1 } },
    { maxReplicationFactor: 0, "kafka:bootstrapServer": "127.0.0.1:9092" },
  );
  workspace.writeCatalogue(
    "other.ts",
    'export const topics = { "deploy_wrong": { partitions: 1, retention: 5 } };\n',
  );

  const refused = await workspace.up();
  expect(refused.exitCode).not.toBe(0);
  const said = refused.stdout + refused.stderr;
  expect(said).toContain(
    "infra/topics/team.ts: deploy.wrong.partitions: given 0, allowed: a whole number of at least 1",
  );
  expect(said).toContain("infra/topics/team.ts: name: given 'deploy wrong', allowed: 1 to 249 letters");
  expect(said).toContain("infra/topics/other.ts: deploy_wrong.retention: given 5, allowed: ");
  expect(said).toContain("Pulumi.test.yaml: maxReplicationFactor: given 0, allowed: a whole number");
  expect(said).toContain("Pulumi.test.yaml: kafka:bootstrapServer: given");
  expect(said).toContain("a known key, perhaps bootstrapServers");
  expect(await describeOwn()).toEqual([]);
});

test("A protected topic is not replaced or deleted, and the command exits with the engine's exit code", async () => {
  await using workspace = new Workspace({
    "deploy.kept": { partitions: 2, replicationFactor: 1, protect: true },
  });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });

  workspace.declare({ "deploy.kept": { partitions: 1, replicationFactor: 1, protect: true } });
  const replaced = await workspace.run("preview");
  expect(replaced.exitCode).not.toBe(0);
  expect(replaced.stdout).toContain("deploy.kept");
  expect(replaced.stdout).toContain("protect");
  workspace.declare({ "deploy.other": { partitions: 1, replicationFactor: 1 } });
  const deleted = await workspace.run("preview");
  expect(deleted.exitCode).not.toBe(0);
  expect(deleted.stdout).toContain("protect");
  const destroyed = await workspace.run("pulumi", "destroy", "--yes", "--skip-preview");
  expect(destroyed.exitCode).not.toBe(0);
  expect(await describeOwn()).toMatchObject([{ name: "deploy.kept", partitions: 2 }]);

  workspace.declare({ "deploy.kept": { partitions: 3, replicationFactor: 1, protect: false } });
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 7 });
  expect(await describeOwn()).toMatchObject([{ name: "deploy.kept", partitions: 2 }]);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
});
