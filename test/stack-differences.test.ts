import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hours } from "../infra/topic-config.ts";
import { describeTopics } from "./kafka-tools.ts";
import { createNamedTopics, deleteTopics, setConfig } from "./topic-requests.ts";
import { Workspace } from "./workspace.ts";

test("A stack gets its own topics and values, and drift and adopt leave out what the stack ignores", async () => {
  const settings = { defaults: [{ topics: "differs.*", config: { "segment.ms": hours(1) } }] };
  await using workspace = new Workspace(
    {
      "differs.here": {
        partitions: 3,
        replicationFactor: 1,
        owner: "team-a",
        config: { "retention.ms": hours(2), "max.message.bytes": 1000 },
        stacks: { test: { partitions: 1, config: { "max.message.bytes": null } } },
      },
      "differs.elsewhere": { partitions: 1, stacks: ["prod"] },
    },
    settings,
  );
  writeFileSync(join(workspace.folder, "Pulumi.prod.yaml"), "config: {}\n");
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const deployed = (await describeTopics()).filter(({ name }) => name.startsWith("differs."));
  expect(deployed).toMatchObject([
    {
      name: "differs.here",
      partitions: 1,
      config: { "retention.ms": String(hours(2)), "segment.ms": String(hours(1)) },
    },
  ]);
  expect(deployed[0]?.config).not.toHaveProperty("max.message.bytes");

  await setConfig("differs.here", {
    "retention.ms": hours(2),
    "segment.ms": hours(1),
    "flush.ms": 1000,
  });
  await createNamedTopics([{ name: "differs.nobodys" }]);
  onTestFinished(() => deleteTopics(["differs.nobodys"]));
  const drift = () => workspace.run("drift", "--topic", "differs.*");
  const found = await drift();
  expect(found).toMatchObject({ exitCode: 7 });
  expect(found.stdout).toContain("differs.here (owner: team-a)");
  expect(found.stdout).toContain("2 differences in 2 topics.");
  workspace.configure({
    ...settings,
    ignore: [{ topics: "differs.*", configs: ["flush.ms"] }],
    undeclared: "report",
  });
  const left = await drift();
  expect(left, left.stderr).toMatchObject({ exitCode: 0 });
  expect(left.stdout).toContain(
    "no drift in 1 topic; 1 undeclared topic is only reported. 1 difference ignored, as Pulumi.test.yaml says.",
  );

  workspace.configure({ ...settings, ignore: [{ topics: "differs.nobodys" }] });
  const adopt = await workspace.run("adopt", "--topic", "differs.*");
  expect(adopt).toMatchObject({ exitCode: 1, stderr: "" });
  expect(adopt.stdout).toContain("1 topic left out, as Pulumi.test.yaml says (ignore).");

  // An environment may contain settings, too.
  expect((await workspace.run("topics", "--declared")).stdout).toContain("differs.here");
  writeFileSync(join(workspace.folder, "Pulumi.test.yaml"), "environment:\n  - team/settings\n");
  const imported = await workspace.run("topics", "--declared");
  expect(imported).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringContaining("Pulumi ESC environments require the Pulumi Cloud backend"),
  });
});
