import { deleteTopicsV6, describeConfigsV4 } from "@platformatic/kafka";
import { expect, inject, test } from "vitest";
import { askBroker } from "../kafka/ask-broker.ts";
import { readLiveConfigs } from "../kafka/live-configs.ts";
import { alterTopics } from "./kafka-tools.ts";
import { startProxy } from "./proxy.ts";
import { testConnection } from "./topic-requests.ts";
import { Workspace } from "./workspace.ts";

/** Deletes a topic, and waits until the broker that the tests ask first knows. */
async function deleteTopic(name: string): Promise<void> {
  await askBroker(testConnection(), (broker) =>
    deleteTopicsV6.api.async(broker, [{ name, topicId: null }], 30_000),
  );
  const isMissing = async () => (await readLiveConfigs(testConnection(), [name])).missing.has(name);
  await expect.poll(isMissing, { timeout: 30_000 }).toBe(true);
}

test("A topic that is deleted between two requests is missing to drift, preflight, adopt and smoke, not forbidden", async () => {
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
  await Promise.all([others, late].map((name) => alterTopics("--create", "--topic", name)));
  await using proxy = await startProxy(inject("bootstrapServers")[0] ?? "");
  workspace.configure({ "kafka:bootstrapServers": [proxy.address] });

  proxy.meddle(describeConfigsV4.api.key, () => deleteTopic(first));
  const drift = await workspace.run("drift", "--ignore", "^(?!vanish\\.)|others$|late$");
  expect(drift.stdout).toContain(first);
  expect(drift.stdout).not.toContain("DESCRIBE_CONFIGS");
  expect(drift.exitCode).toBe(7);

  workspace.declare({ [kept]: topic, [second]: topic });
  proxy.meddle(describeConfigsV4.api.key, () => deleteTopic(second));
  const preview = await workspace.run("preview");
  expect(preview.exitCode).not.toBe(0);
  expect(preview.stdout).toContain(
    `${second}: given 'a topic of the stack', refused: it is not on the cluster any more.`,
  );
  expect(preview.stdout).not.toContain("DESCRIBE_CONFIGS");

  proxy.meddle(describeConfigsV4.api.key, () => deleteTopic(late));
  const adopted = await workspace.run("adopt", "--include", "^vanish\\.");
  expect(adopted.stderr).toBe("");
  expect(adopted.stdout).toContain("1 topic written to infra/topics/adopted.ts.");
  expect(adopted.stdout).toContain(`1 topic was deleted meanwhile: ${late}`);
  expect(adopted.exitCode).toBe(0);

  proxy.meddle(describeConfigsV4.api.key, () => deleteTopic(kept));
  const smoke = await workspace.run("smoke", "--topic", kept);
  expect(smoke.exitCode).toBe(1);
  expect(smoke.stdout).toContain("the topic is missing");
  expect(smoke.stdout).not.toContain("DESCRIBE_CONFIGS");

  await alterTopics("--delete", "--topic", others);
  workspace.configure({});
  await workspace.run("pulumi", "refresh", "--yes");
}, 200_000);
