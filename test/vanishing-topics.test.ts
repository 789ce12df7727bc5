import { describeConfigsV4 } from "@platformatic/kafka";
import { expect, test } from "vitest";
import { startProxy } from "./proxy.ts";
import { sharedServers } from "./shared-cluster.ts";
import { createNamedTopics, deleteTopics } from "./topic-requests.ts";
import { Workspace } from "./workspace.ts";

test("Drift, preflight, adopt and smoke report a topic that is deleted between two requests as missing, not forbidden", async () => {
  const topic = { partitions: 1, replicationFactor: 1 };
  const [kept, first, second, others, late] = [
    "vanish.kept",
    "vanish.first",
    "vanish.second",
    "vanish.others",
    "vanish.late",
  ] as const;
  await using workspace = new Workspace({ [kept]: topic, [first]: topic, [second]: topic });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  await createNamedTopics([{ name: others }, { name: late }]);
  await using proxy = await startProxy(sharedServers()[0] ?? "");
  workspace.configure({ "kafka:bootstrapServers": [proxy.address] });

  proxy.meddle(describeConfigsV4.api.key, () => deleteTopics([first]));
  const drift = await workspace.run(
    "drift",
    "--topic",
    "vanish.*",
    "--exclude",
    "*others",
    "--exclude",
    "*late",
  );
  expect(drift.stdout).toContain(first);
  expect(drift.stdout).not.toContain("DESCRIBE_CONFIGS");
  expect(drift.exitCode).toBe(7);

  workspace.declare({ [kept]: topic, [second]: { ...topic, partitions: 2 } });
  proxy.meddle(describeConfigsV4.api.key, () => deleteTopics([second]));
  const preview = await workspace.run("preview");
  expect(preview.exitCode).not.toBe(0);
  expect(preview.stdout).toContain(`${second}: the topic is no longer on the cluster.`);
  expect(preview.stdout).not.toContain("DESCRIBE_CONFIGS");

  proxy.meddle(describeConfigsV4.api.key, () => deleteTopics([late]));
  const adopted = await workspace.run("adopt", "--topic", "vanish.*");
  expect(adopted.stderr).toBe("");
  expect(adopted.stdout).toContain("1 topic written to infra/topics/adopted.ts.");
  expect(adopted.stdout).toContain(`1 topic was deleted meanwhile: ${late}`);
  expect(adopted.exitCode).toBe(0);

  proxy.meddle(describeConfigsV4.api.key, () => deleteTopics([kept]));
  const smoke = await workspace.run("smoke", "--topic", kept);
  expect(smoke.exitCode).toBe(2);
  expect(smoke.stdout).toContain("the topic is missing");
  expect(smoke.stdout).not.toContain("DESCRIBE_CONFIGS");
}, 200_000);
