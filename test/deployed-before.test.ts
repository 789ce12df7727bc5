import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseTopicState } from "../infra/stack-state.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { root } from "../machine/paths.ts";
import type { ExportedState } from "../pulumi/state.ts";
import { topicsOf } from "../pulumi/state.ts";
import { sharedServers, testConnection } from "./shared-cluster.ts";
import { Workspace } from "./workspace.ts";

const fixture = join(root, "test", "fixtures", "deployed");

/** Reads a fixture, with the original cluster's addresses replaced by this cluster's. */
function readFixture(name: string): string {
  const text = readFileSync(join(fixture, name), "utf8");
  return sharedServers().reduce(
    (changed, server, index) => changed.replaceAll(`127.0.0.1:${19_092 + index}`, server),
    text,
  );
}

// The state, outputs, config and catalogue were written by the last version without finding codes.
test("Topics that an earlier version deployed have no changes in this one, and accept its records", async () => {
  const workspace = new Workspace({});
  const state: ExportedState = JSON.parse(readFixture("state.json"));
  const topics = topicsOf(state).map(({ urn, outputs }) => parseTopicState(urn, outputs));
  const admin = createKafka(testConnection(), { retries: 0 }).admin();
  try {
    await admin.connect();
    await admin.createTopics({
      topics: topics.map(({ name, partitions, replicationFactor, config }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor,
        configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      })),
      waitForLeaders: true,
    });
    writeFileSync(join(workspace.folder, "Pulumi.test.yaml"), readFixture("Pulumi.test.yaml"));
    workspace.writeCatalogue("team.ts", readFixture("team.ts.txt"));
    writeFileSync(join(workspace.folder, "state.json"), JSON.stringify(state));
    await workspace.createStack();
    expect(await workspace.run("pulumi", "stack", "import", "--file", "state.json")).toMatchObject({
      exitCode: 0,
    });

    const preview = await workspace.run("preview", "--expect-no-changes");
    expect(preview, preview.stdout).toMatchObject({ exitCode: 0 });
    expect(preview.stdout).not.toContain("warning");
    // The earlier version recorded the connection, but no limits.
    const review = await workspace.run("review", "--json");
    expect(JSON.parse(review.stdout)).toMatchObject({
      verdict: "safe",
      settings: [],
      warnings: [{ code: "LIMITS_NOT_COMPARED" }],
    });
    expect(await workspace.run("smoke")).toMatchObject({ exitCode: 0 });
    expect((await workspace.run("drift")).stdout).not.toContain("deployed.");
  } finally {
    await admin.deleteTopics({ topics: topics.map(({ name }) => name) });
    await admin.disconnect();
    workspace.remove();
  }
});
