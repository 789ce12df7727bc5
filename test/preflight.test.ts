import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Catalogue, TopicDeclaration } from "../infra/topic.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { readLiveConfigs } from "../kafka/live-configs.ts";
import { findFreePorts } from "../machine/free-ports.ts";
import { describeTopics } from "./kafka-tools.ts";
import { killEngine } from "./kill-engine.ts";
import { listen } from "./listen.ts";
import { testConnection } from "./shared-cluster.ts";
import { createNamedTopics, deleteTopics, growTopic, setConfig } from "./topic-requests.ts";
import { anyUpdate, type Outcome, Workspace } from "./workspace.ts";

async function describeOwn() {
  const own = (await describeTopics()).filter(({ name }) => name.startsWith("preflight."));
  return own.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Returns the standard output of a command that must have failed before it changed anything. */
function refusal({ exitCode, stdout }: Outcome): string {
  expect(exitCode).not.toBe(0);
  expect(stdout).toContain("nothing was changed");
  return stdout;
}

test("Refusals of rules and brokers stop the preview, all reported together with topic, field and reason", async () => {
  await using workspace = new Workspace({ "preflight.kept": { partitions: 2, replicationFactor: 1 } });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const before = await describeOwn();

  workspace.declare({
    "preflight.kept": { partitions: 3, replicationFactor: 9 },
    "preflight.replicas": { partitions: 1, replicationFactor: 9 },
    "preflight.tiered": { partitions: 1, config: { "remote.storage.enable": true } },
    // Types are erased at run time, so values that the editor marks as errors can still get here.
    ...({
      "preflight name": { partitions: 1 },
      "preflight.misspelt": { partitions: 1, config: { "retention.mss": 1 } },
      "preflight.ratio": { partitions: 1, config: { "min.cleanable.dirty.ratio": "0.50" } },
      "preflight.segment": { partitions: 1, config: { "segment.bytes": 1000 } },
    } as unknown as Catalogue),
  });
  for (const outcome of [await workspace.run("preview"), await workspace.up()]) {
    const said = refusal(outcome);
    expect(said).toContain("7 problems");
    for (const line of [
      "preflight.kept.replicationFactor: given 9, allowed: at most 3, the brokers that are up",
      "preflight.replicas.replicationFactor: given 9, refused: Unable to replicate the partition 9 time(s)",
      'preflight.tiered.config["remote.storage.enable"]: given true, refused: Tiered Storage functionality',
      "name: given 'preflight name', allowed: 1 to 249 letters",
      'preflight.misspelt.config["retention.mss"]: given 1, allowed: a known key, perhaps retention.ms',
      "preflight.ratio.config[\"min.cleanable.dirty.ratio\"]: given '0.50', allowed: a number from 0 to 1",
      'preflight.segment.config["segment.bytes"]: given 1000, refused: Invalid value 1000 for configuration segment.bytes: Value must be at least 1048576',
    ])
      expect(said).toContain(`infra/topics/team.ts: ${line}`);
  }
  expect(await describeOwn()).toEqual(before);
});

test("A topic on the cluster is adopted as it is, unless it has more partitions, and updates keep its placement", async () => {
  const topic = {
    partitions: 3,
    replicationFactor: 1,
    config: { "retention.ms": 3_600_000 },
  } satisfies TopicDeclaration;
  // Placed by hand.
  const replicas = [[3], [3], [1]];
  const living = { name: "preflight.living", partitions: 3, config: { "retention.ms": "3600000" }, replicas };
  await createNamedTopics([living]);
  const before = await describeOwn();
  await using workspace = new Workspace({ "preflight.living": { ...topic, partitions: 2 } });
  await workspace.createStack();

  const said = refusal(await workspace.run("preview"));
  expect(said).toContain(
    "preflight.living.partitions: given 2, allowed: at least 3: the topic exists on the cluster",
  );

  workspace.declare({ "preflight.living": { ...topic, partitions: 4 } });
  const grown = await workspace.run("preview");
  expect(grown).toMatchObject({ exitCode: 0 });
  expect(grown.stdout).toContain("preflight.living update [diff: ~partitions]");
  expect(grown.stdout).toContain("= 1 to import");
  expect(grown.stdout).not.toContain("replace");

  workspace.declare({ "preflight.living": topic });
  const adopted = await workspace.up();
  expect(adopted).toMatchObject({ exitCode: 0 });
  expect(adopted.stdout).toContain("= 1 imported");
  expect(await describeOwn()).toEqual(before);
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });

  workspace.declare({
    "preflight.living": { ...topic, partitions: 4, config: { "retention.ms": 7_200_000 } },
  });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const [live] = (await readLiveCluster(testConnection(), ["preflight.living"])).topics;
  expect(live?.partitions.map((partition) => partition.replicas).slice(0, 3)).toEqual(replicas);
});

test("Changes by hand are not lost silently: a reset is reported, and a missing topic stops only its own changes", async () => {
  const topics: Catalogue = {
    "preflight.one": { partitions: 1, replicationFactor: 1, config: { "retention.ms": 3_600_000 } },
    "preflight.two": { partitions: 1, replicationFactor: 1 },
  };
  await using workspace = new Workspace(topics);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });

  await setConfig("preflight.one", { "retention.ms": 86_400_000, "max.message.bytes": 2_000_000 });
  await deleteTopics(["preflight.two"]);
  workspace.declare({ ...topics, "preflight.one": { ...topics["preflight.one"], partitions: 2 } });
  const missing = "preflight.two: the topic is no longer on the cluster.";
  const remedy = "npm run up -- --recreate preflight.two --stack test";
  const warned = await workspace.run("preview");
  expect(warned).toMatchObject({ exitCode: 0 });
  expect(warned.stdout).toContain(
    "preflight.one: the update resets retention.ms from 1 day (on the cluster) to 1 hour.",
  );
  expect(warned.stdout).toContain(
    "resets max.message.bytes from 2000000 bytes (on the cluster) to the cluster's default.",
  );
  expect(warned.stdout).toContain(`${missing} Only changes to the topic fail.`);
  expect(warned.stdout).toContain(remedy);
  const others = await workspace.up();
  expect(others).toMatchObject({ exitCode: 0 });
  expect(others.stdout).toContain(missing);
  expect(await describeOwn()).toMatchObject([{ name: "preflight.one", partitions: 2 }]);

  const one = { ...topics["preflight.one"], partitions: 2 };
  const two: TopicDeclaration = { partitions: 3, replicationFactor: 1, protect: true };
  workspace.declare({ "preflight.one": one, "preflight.two": two });
  const refused = refusal(await workspace.up());
  expect(refused).toContain(`infra/topics/team.ts: ${missing} To create it again, empty: ${remedy}`);
  expect(await workspace.run("review")).toMatchObject({ exitCode: 1 });
  const allowed = await workspace.run("review", "--recreate", "preflight.two", "--json");
  expect(allowed).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(allowed.stdout)).toMatchObject({
    errors: [],
    warnings: [{ code: "TOPIC_MISSING", topic: "preflight.two", expected: "created" }],
  });
  const other = await workspace.up("--recreate", "preflight.one");
  expect(refusal(other)).toContain("--recreate names topics that are not missing: preflight.one.");
  for (const command of ["review", "up"] as const) {
    const args = command === "up" ? anyUpdate : [];
    const misspelt = await workspace.run(command, ...args, "--recreate", "preflight.tow,preflight.*");
    expect(misspelt).toMatchObject({ exitCode: 1 });
    expect(misspelt.stderr).toContain(
      "--recreate: given 'preflight.tow', allowed: a topic, perhaps preflight.two, or '*' for all\n" +
        "--recreate: given 'preflight.*', allowed: a topic, one of preflight.one, preflight.two, or '*' for all\n" +
        "Nothing was changed.",
    );
  }
  const recreated = await workspace.up("--recreate");
  expect(recreated).toMatchObject({ exitCode: 0 });
  expect(recreated.stdout).toContain("--recreate: no longer on the cluster: preflight.two.");
  const both = [{ name: "preflight.one" }, { name: "preflight.two", partitions: 3 }];
  expect(await describeOwn()).toMatchObject(both);
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });

  // No records are left to lose, although the topic is protected.
  await deleteTopics(["preflight.two"]);
  workspace.declare({ "preflight.one": one });
  const review = await workspace.run("review", "--json");
  expect(review).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(review.stdout)).toMatchObject({
    changes: [],
    warnings: [{ code: "TOPIC_MISSING", topic: "preflight.two", expected: "forgotten" }],
  });
  const forgotten = await workspace.run("up", "--yes");
  expect(forgotten).toMatchObject({ exitCode: 0 });
  expect(forgotten.stdout).toContain("because the cluster no longer has them: preflight.two.");
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
});

test("An update resets a declared config that was changed by hand, once the review allows it, and no other config", async () => {
  const config = { "cleanup.policy": "delete", "retention.ms": 3_600_000 } as const;
  const topics: Catalogue = { "preflight.edited": { partitions: 1, replicationFactor: 1, config } };
  await using workspace = new Workspace(topics);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  await setConfig("preflight.edited", {
    "cleanup.policy": "compact",
    "retention.ms": 1_800_000,
    "max.message.bytes": 2_000_000,
  });
  const edited = await describeOwn();

  workspace.configure({ repair: "report" });
  const reported = await workspace.run("preview", "--expect-no-changes");
  expect(reported).toMatchObject({ exitCode: 0 });
  expect(reported.stdout).toContain(
    "preflight.edited: retention.ms is 30 minutes on the cluster, and 1 hour in the catalogue. An update leaves it unchanged,",
  );
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  workspace.configure({});
  const expecting = ["--expect-no-changes"];
  for (const unexpected of [await workspace.run("preview", ...expecting), await workspace.up(...expecting)]) {
    expect(unexpected.exitCode).not.toBe(0);
    expect(unexpected.stdout).toContain(
      "--expect-no-changes: npm run up would reset what was changed by hand:",
    );
  }
  workspace.configure({ ignore: [{ topics: "*", configs: ["cleanup.policy", "retention.ms"] }] });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  expect(await describeOwn()).toEqual(edited);

  workspace.configure({});
  const urn = "urn:pulumi:test::kafka-topics::kafka:index/topic:Topic::preflight.edited";
  expect(await workspace.up("--target", urn)).toMatchObject({ exitCode: 0 });
  expect(await describeOwn()).toEqual(edited);
  const review = await workspace.run("review", "--json");
  expect(JSON.parse(review.stdout)).toMatchObject({
    verdict: "data loss",
    changes: [
      { topic: "preflight.edited", code: "CLEANUP_POLICY_CHANGED", observed: "compact", expected: "delete" },
      { topic: "preflight.edited", code: "RETENTION_LENGTHENED", observed: "1800000", expected: "3600000" },
    ],
    warnings: [],
  });
  expect(await workspace.run("up", "--yes")).toMatchObject({ exitCode: 2 });
  expect(await describeOwn()).toEqual(edited);
  const reset = await workspace.run("up", "--yes", "--allow-data-loss", "preflight.edited");
  expect(reset).toMatchObject({ exitCode: 0 });
  expect(reset.stdout).toContain(
    "Reset what was changed by hand: preflight.edited: cleanup.policy, preflight.edited: ret",
  );
  expect(await describeOwn()).toMatchObject([
    { config: { "cleanup.policy": "delete", "retention.ms": "3600000", "max.message.bytes": "2000000" } },
  ]);
  expect((await workspace.up()).stdout).toContain("nothing to deploy");
});

const leaders = "leader.replication.throttled.replicas";
const followers = "follower.replication.throttled.replicas";

test("An update keeps a replication throttle that someone else has set, also if it adopts the topic or is killed", async () => {
  const topic = { partitions: 2, replicationFactor: 1 };
  const [moving, living, others] = ["preflight.moving", "preflight.throttled", "preflight.others"] as const;
  const throttle = { [leaders]: "0:1,1:2", [followers]: "*" };
  await using workspace = new Workspace({ [moving]: { ...topic, config: { "retention.ms": 3_600_000 } } });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  await createNamedTopics([living, others].map((name) => ({ name, partitions: 2, config: throttle })));
  await setConfig(moving, throttle);
  expect(await workspace.run("drift", "--topic", moving)).toMatchObject({ exitCode: 0 });
  expect((await workspace.up()).stdout).toContain("nothing to deploy");
  const adopted = await workspace.run("adopt", "--topic", others, "--out", "infra/topics/others.ts");
  expect(adopted).toMatchObject({ exitCode: 0 });
  expect(readFileSync(join(workspace.folder, "infra", "topics", "others.ts"), "utf8")).not.toContain(
    "throttled",
  );
  workspace.removeCatalogue("others.ts");

  const declare = (retention: number) =>
    workspace.declare({ [moving]: { ...topic, config: { "retention.ms": retention } }, [living]: topic });
  declare(7_200_000);
  const review = await workspace.run("review", "--json");
  expect(JSON.parse(review.stdout)).toMatchObject({
    changes: [
      { topic: moving, code: "RETENTION_LENGTHENED" },
      { topic: living, code: "TOPIC_ADOPTED" },
    ],
    warnings: [moving, living].map((topic) => ({
      code: "REPLICAS_THROTTLED",
      topic,
      message: expect.stringContaining("Pulumi.test.yaml does not set replicationThrottle"),
    })),
  });
  const up = await workspace.up();
  expect(up, up.stdout).toMatchObject({ exitCode: 0 });
  expect(up.stdout).toContain(
    `${moving}: after its update, the replication throttle is set again: ${leaders}=0:1,1:2`,
  );
  expect(await describeOwn()).toMatchObject([
    { name: moving, config: { ...throttle, "retention.ms": "7200000" } },
    { name: others },
    { name: living, config: throttle },
  ]);
  const state = () =>
    readFileSync(join(workspace.folder, "state/.pulumi/stacks/kafka-topics/test.json"), "utf8");
  expect(state()).not.toContain("throttled.replicas");
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });

  declare(10_800_000);
  const child = workspace.start("up", ...anyUpdate);
  const { ended, said } = listen(child);
  const readOwn = async () => {
    const { configs } = await readLiveConfigs(testConnection(), [moving]);
    return [...(configs.get(moving)?.own ?? [])];
  };
  await expect.poll(readOwn, { timeout: 30_000, interval: 20 }).not.toContain(leaders);
  killEngine(workspace);
  expect(await ended, said()).not.toBe(0);
  expect(await readOwn(), said()).toContain(leaders);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const [{ config } = { config: {} }] = await describeOwn();
  expect(config).toMatchObject({ ...throttle, "retention.ms": "10800000" });
  expect(state()).not.toContain("throttled.replicas");
});

test("Partitions that were added by hand stop the update, until they are declared and taken into the state", async () => {
  const topic: TopicDeclaration = { partitions: 1, replicationFactor: 1 };
  await using workspace = new Workspace({ "preflight.grown": topic });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  await growTopic("preflight.grown", 3);
  workspace.declare({ "preflight.grown": { ...topic, config: { "retention.ms": 3_600_000 } } });
  const said = refusal(await workspace.up());
  expect(said).toContain(
    "the cluster has 3 partitions, 1 replica; the last update left 1 partition, 1 replica",
  );

  workspace.declare({
    "preflight.grown": { ...topic, partitions: 3, config: { "retention.ms": 3_600_000 } },
  });
  expect(refusal(await workspace.run("preview"))).toContain("npm run pulumi -- refresh --stack test");
  expect((await workspace.up("--refresh")).stderr).toContain("up does not accept --refresh.");
  expect(await workspace.run("pulumi", "refresh", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  expect(await describeOwn()).toMatchObject([{ partitions: 3, config: { "retention.ms": "3600000" } }]);
});

test("The next update finishes a replacement that failed after the deletion", async () => {
  const topic: TopicDeclaration = { partitions: 2, replicationFactor: 1 };
  await using workspace = new Workspace({ "preflight.broken": topic });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  workspace.configure({ preflight: "off" });
  workspace.declare({ "preflight.broken": { partitions: 1, replicationFactor: 9 } });
  expect((await workspace.up()).exitCode).not.toBe(0);
  expect(await describeOwn()).toEqual([]);

  workspace.configure({});
  workspace.declare({ "preflight.broken": topic });
  const said = refusal(await workspace.run("preview"));
  expect(said).toContain("preflight.broken: the topic is no longer on the cluster");
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  expect(await describeOwn()).toMatchObject([{ name: "preflight.broken", partitions: 2 }]);
});

test("Without a cluster, a preview fails with the reason; with the preflight off, it prints a warning", async () => {
  const [port] = await findFreePorts(1);
  const config = { "kafka:bootstrapServers": [`127.0.0.1:${port}`] };
  const workspace = new Workspace({ "preflight.any": { partitions: 1 } }, config);
  try {
    await workspace.createStack();
    const said = refusal(await workspace.run("preview"));
    expect(said).toContain(
      `Pulumi.test.yaml: kafka:bootstrapServers: given [ '127.0.0.1:${port}' ], refused: `,
    );
    expect(said).toContain(`127.0.0.1:${port}: refused, nothing listens there`);

    workspace.configure({ ...config, preflight: "off" });
    const preview = await workspace.run("preview");
    expect(preview).toMatchObject({ exitCode: 0 });
    expect(preview.stdout).toContain("Pulumi.test.yaml: preflight is off: the cluster does not validate");
    expect(preview.stdout).toContain("+ 2 to create");
  } finally {
    workspace.remove();
  }
});

test("A thousand new topics pass the preflight, although one request cannot create as many", async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `preflight.many-${index}`);
  const topic: TopicDeclaration = { partitions: 12, replicationFactor: 1 };
  const workspace = new Workspace(Object.fromEntries(names.map((name) => [name, topic])));
  try {
    await workspace.createStack();
    const preview = await workspace.run("preview");
    expect(preview, preview.stdout + preview.stderr).toMatchObject({ exitCode: 0 });
  } finally {
    workspace.remove();
  }
});
