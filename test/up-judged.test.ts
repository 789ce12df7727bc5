import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeConfigsV4 } from "@platformatic/kafka";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { listOwnProcesses, sendSignal, workingDirectoryOf } from "../machine/processes.ts";
import { deleteGroups, readRecords } from "./documentation/records.ts";
import { describeTopics, readEndOffsets } from "./kafka-tools.ts";
import { listen } from "./listen.ts";
import { startProxy } from "./proxy.ts";
import { sharedServers } from "./shared-cluster.ts";
import { deleteTopics } from "./topic-requests.ts";
import { type Outcome, Workspace } from "./workspace.ts";

const day = 86_400_000;
const topic = { partitions: 1, replicationFactor: 1 };
const deployed = {
  "judged.orders": { partitions: 2, replicationFactor: 1 },
  "judged.returns": { partitions: 2, replicationFactor: 1 },
  "judged.logs": { partitions: 1, replicationFactor: 1, config: { "retention.ms": 30 * day } },
} satisfies Catalogue;

let workspace: Workspace;

beforeAll(async () => {
  // Nothing is protected.
  workspace = new Workspace(deployed);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  // Writes a record to each partition.
  expect(await workspace.run("smoke")).toMatchObject({ exitCode: 0 });
});

afterAll(async () => {
  await workspace?.[Symbol.asyncDispose]();
  await deleteGroups();
});

function without(...names: (keyof typeof deployed)[]): Catalogue {
  return Object.fromEntries(Object.entries(deployed).filter(([name]) => !(names as string[]).includes(name)));
}

function stateFile(): string {
  return join(workspace.folder, "state", ".pulumi", "stacks", "kafka-topics", "test.json");
}

/** The records on the cluster, and the state. */
async function observe() {
  const offsets = [...(await readEndOffsets())].filter(([partition]) => partition.startsWith("judged."));
  return { offsets: offsets.sort(), state: readFileSync(stateFile(), "utf8") };
}

/** Expects a finding before anything was changed. */
async function expectStopped(update: () => Promise<Outcome>, ...said: string[]): Promise<void> {
  const before = await observe();
  const { exitCode, stdout, stderr } = await update();
  expect(exitCode, stdout + stderr).toBe(2);
  for (const text of said) expect(stdout).toContain(text);
  expect(stdout).not.toContain("Updating (test)");
  expect(await observe()).toEqual(before);
}

test("Without --allow-data-loss, a deletion, a replacement and a shorter retention lose nothing, with or without a preview of the engine", async () => {
  workspace.declare({
    "judged.returns": { partitions: 1, replicationFactor: 1 },
    "judged.logs": { ...deployed["judged.logs"], config: { "retention.ms": 1 } },
  });
  for (const [flags, open] of [
    [["--yes"], "judged.logs,judged.orders,judged.returns"],
    [["--yes", "--skip-preview"], "judged.logs,judged.orders,judged.returns"],
    [["--yes", "--allow-data-loss", "judged.returns"], "judged.logs,judged.orders"],
  ] as const)
    await expectStopped(
      () => workspace.run("up", ...flags),
      "data loss",
      "3 topics would lose records: judged.logs, judged.orders, judged.returns.",
      `To allow it: --allow-data-loss ${open}\n`,
    );
  expect(await readRecords("judged.orders", 2)).toHaveLength(2);
});

test("A topic that a flag of Pulumi replaces is judged as any other replacement", async () => {
  workspace.declare(deployed);
  const urn = "urn:pulumi:test::kafka-topics::kafka:index/topic:Topic::judged.orders";
  for (const flag of [`--replace=${urn}`, "--replace=**judged.orders", `--target-replace=${urn}`])
    await expectStopped(() => workspace.run("up", "--yes", flag), "Topic judged.orders would lose records.");
});

test("No other command updates the stack without a judgement", async () => {
  workspace.declare(without("judged.orders"));
  const before = await observe();
  for (const args of [
    ["up", "--yes"],
    ["update", "--yes", "-f"],
    ["--color", "never", "up", "--yes"],
  ]) {
    const { exitCode, stderr } = await workspace.run("pulumi", ...args);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(
        /^npm run pulumi does not accept up(date)?, .* Run npm run up instead\.\n$/,
      ),
    });
  }
  expect(await observe()).toEqual(before);
});

test("Only what was reviewed is deployed: another hash is refused before the engine runs", async () => {
  workspace.declare({ ...deployed, "judged.new": topic });
  const review = await workspace.run("review", "--json");
  const { hash }: { hash: string } = JSON.parse(review.stdout);
  const reviewed = (given: string) => workspace.run("up", "--yes", "--reviewed", given);

  const other = "0".repeat(64);
  await expectStopped(
    () => reviewed(other),
    `--reviewed is ${other}`,
    hash,
    "npm run review -- --stack test",
  );
  expect(await reviewed(hash.slice(1))).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("--reviewed: given "),
  });
  // After the review, a pull request changes the stack's config, or the catalogue.
  const stackFile = join(workspace.folder, "Pulumi.test.yaml");
  const config = readFileSync(stackFile);
  workspace.configure({ maxPartitions: 3000 });
  await expectStopped(() => reviewed(hash), `--reviewed is ${hash}`);
  writeFileSync(stackFile, config);
  workspace.declare({ ...deployed, "judged.new": { partitions: 2, replicationFactor: 1 } });
  await expectStopped(() => reviewed(hash), `--reviewed is ${hash}`);

  workspace.declare({ ...deployed, "judged.new": topic });
  // The hash does not cover the files that the engine's variables name.
  writeFileSync(join(workspace.folder, "other.yaml"), "config: { kafka-topics:adoptExisting: maybe }\n");
  workspace.environment = { PULUMI_OPTION_CONFIG_FILE: "other.yaml", PULUMI_OPTION_REFRESH: "true" };
  const accepted = await reviewed(hash);
  workspace.environment = {};
  expect(accepted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("+ 1 created") });
  expect(accepted.stdout).toContain(hash);
  expect(accepted.stderr).toContain(
    "PULUMI_OPTION_CONFIG_FILE, PULUMI_OPTION_REFRESH: given in the environment",
  );
});

test("Ctrl-C while an update is judged changes nothing", async () => {
  workspace.declare({ ...deployed, "judged.interrupted": topic });
  const before = await observe();
  const child = workspace.start("up", "--yes");
  const { ended, said } = listen(child);
  const program = join(workspace.folder, "infra");
  const isPreviewing = () => listOwnProcesses().some(({ pid }) => workingDirectoryOf(pid) === program);
  await vi.waitUntil(isPreviewing, { timeout: 30_000, interval: 50 });
  sendSignal(-(child.pid ?? 0), "SIGINT");
  expect(await ended, said()).toBe(130);
  expect(said()).not.toContain("Updating (test)");
  expect(await observe()).toEqual(before);
});

test("With --recreate, an update that would lose records of another topic does not change the state", async () => {
  await deleteTopics(["judged.logs"]);
  workspace.declare({ ...without("judged.orders"), "judged.new": topic });
  const missing = "--recreate: no longer on the cluster: judged.logs.";
  await expectStopped(
    () => workspace.run("up", "--yes", "--recreate"),
    "Topic judged.orders would lose records.",
    missing,
  );
  workspace.declare({ ...deployed, "judged.new": topic });
  const flags = ["--yes", "--recreate", "--allow-data-loss", "judged.order", "--json"];
  const { exitCode, stdout, stderr } = await workspace.run("up", ...flags);
  expect(exitCode, stdout + stderr).toBe(0);
  expect(stderr).toContain(missing);
  expect(stderr).toContain(
    "--allow-data-loss: given 'judged.order', allowed: a topic, perhaps judged.orders, or '*' for all\n",
  );
  for (const line of stdout.trim().split("\n")) JSON.parse(line);
  expect((await describeTopics()).map(({ name }) => name)).toContain("judged.logs");
});

test("An update that another one overtakes after it was judged deletes nothing, with preflight on and off", async () => {
  const current = { ...deployed, "judged.new": topic };
  workspace.declare(current);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const [state, before] = [stateFile(), readFileSync(stateFile())];
  workspace.declare({ ...current, "judged.theirs": topic });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const after = readFileSync(state);
  const save = async (content: Buffer) => {
    writeFileSync(state, content);
    rmSync(`${state}.attrs`, { force: true });
  };

  const longer = { ...deployed["judged.logs"], config: { "retention.ms": 31 * day } };
  workspace.declare({ ...current, "judged.logs": longer, "judged.mine": topic });
  await using proxy = await startProxy(sharedServers()[0] ?? "");
  for (const preflight of ["on", "off"]) {
    await save(before);
    workspace.configure({ "kafka:bootstrapServers": [proxy.address], preflight });
    // The judged preview has read the state, and asks the cluster; without preflight, about the topic that it changes.
    proxy.meddle(describeConfigsV4.api.key, () => save(after));
    const { exitCode, stdout, stderr } = await workspace.run("up", "--yes");
    expect(exitCode, preflight).not.toBe(0);
    expect(stdout, stderr).toContain("Another update has changed the stack since this one was judged");
    const names = (await describeTopics()).map(({ name }) => name);
    expect(names, preflight).toContain("judged.theirs");
    expect(names, preflight).not.toContain("judged.mine");
  }
  workspace.configure({});
});

test("A stack's file that changes after the update was judged changes nothing", async () => {
  const current = { ...deployed, "judged.new": topic, "judged.theirs": topic };
  workspace.declare(current);
  const before = (await observe()).offsets;
  await using proxy = await startProxy(sharedServers()[0] ?? "");
  const bootstrapServers = { "kafka:bootstrapServers": [proxy.address] };
  workspace.configure(bootstrapServers);
  // The judged preview has read the stack's file, and asks the cluster.
  const overrides = { "judged.orders": { partitions: 1 } };
  proxy.meddle(describeConfigsV4.api.key, async () =>
    workspace.configure({ ...bootstrapServers, overrides }),
  );
  const { exitCode, stdout, stderr } = await workspace.run("up", "--yes");
  workspace.configure({});
  expect(exitCode, stdout).not.toBe(0);
  expect(stdout, stderr).toContain("or the stack's file has changed. The update has not started.");
  expect((await observe()).offsets).toEqual(before);
});

test("With --allow-data-loss, the named topic is deleted", async () => {
  workspace.declare(without("judged.orders", "judged.returns"));
  const others = ["--allow-data-loss", "judged.new,judged.theirs", "--allow-data-loss", "judged.orders"];
  await expectStopped(
    () => workspace.run("up", "--yes", ...others),
    "To allow it: --allow-data-loss judged.returns",
  );
  const done = await workspace.run("up", "--yes", ...others, "--allow-data-loss", "judged.returns");
  expect(done, done.stdout + done.stderr).toMatchObject({ exitCode: 0 });
  expect(done.stdout).toContain("--allow-data-loss allows it.");
  expect(
    (await describeTopics()).map(({ name }) => name).filter((name) => name.startsWith("judged.")),
  ).toEqual(["judged.logs"]);
});
