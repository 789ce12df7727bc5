import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LiveTopic } from "../kafka/topic.ts";
import { findFreePorts } from "../machine/free-ports.ts";
import { localFolder, root } from "../machine/paths.ts";
import { PlannedBlocks } from "./documentation/planned-blocks.ts";
import { expectShown, readSteps, typed } from "./documentation/transcript.ts";
import { makeCopy, runProgram } from "./workspace.ts";

const blocks = new PlannedBlocks(import.meta.url);

test("npm start deploys and tests everything that the repository declares, and a second run changes nothing", {
  timeout: 240_000,
}, async () => {
  const folder = makeCopy();
  // With its own ports, and with Kafka's jars already downloaded.
  const ports = await findFreePorts(6);
  for (const file of ["dev/cluster/local.ts", "Pulumi.dev.yaml"]) {
    const text = readFileSync(join(root, file), "utf8");
    const moved = text.replaceAll(/19([01])9([234])/g, (_, kind, at) =>
      String(ports[Number(kind) * 3 + Number(at) - 2]),
    );
    writeFileSync(join(folder, file), moved);
  }
  mkdirSync(join(folder, ".dev"), { recursive: true });
  symlinkSync(join(localFolder, "kafka"), join(folder, ".dev", "kafka"));
  const env = { ...process.env, ...typed, PULUMI_BACKEND_URL: undefined, PULUMI_STACK: undefined };
  const run = (...args: string[]) => runProgram("npm", args, { cwd: folder, env });
  try {
    // Two runs at the same time, as in two terminals, both succeed.
    const both = await Promise.all([run("start"), run("start")]);
    for (const one of both) expect(one).toMatchObject({ exitCode: 0 });
    const [first, second] = both.toSorted(
      (a, b) => Number(/0 of them/.test(a.stdout)) - Number(/0 of them/.test(b.stdout)),
    );
    expect(first?.stdout).toContain("npm run topics");
    const [shown] = readSteps(blocks.take("README.md", "Try it 1"));
    expect(shown?.command).toBe("npm start");
    const onDocumentedPorts = ports.reduce(
      (text, port, at) => text.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${19_092 + at}`),
      first?.stdout ?? "",
    );
    expectShown(shown?.output ?? [], onDocumentedPorts, "README.md, npm start");
    expect(readSteps(blocks.take("CONTRIBUTING.md", "See a change 1"))).toEqual([
      { command: "npm start", output: [] },
    ]);
    expect(second?.stdout).toContain("0 of them started now");

    const again = await run("start");
    expect(again).toMatchObject({ exitCode: 0 });
    expect(again.stdout).toContain("0 of them started now");
    expect(again.stdout).toContain("Stack dev: nothing to deploy.\n");
    expect(again.stdout).not.toContain("Updating (dev)");

    const outputs = await run("run", "--silent", "pulumi", "--", "stack", "output", "--json");
    const topics = await run("run", "--silent", "topics", "--", "--json");
    const declared = JSON.parse(outputs.stdout).topics;
    const json: { version: number; topics: (LiveTopic & { managed: boolean })[] } = JSON.parse(topics.stdout);
    const { version, topics: live } = json;
    expect(version).toBe(1);
    expect(live.find(({ name }) => name === "__consumer_offsets")).toMatchObject({
      internal: true,
      managed: false,
    });
    const managed = live.filter(({ managed }) => managed);
    expect(managed.map(({ name }) => name).sort()).toEqual(Object.keys(declared).sort());
    for (const { name, partitions } of managed) {
      expect(partitions).toHaveLength(declared[name].partitions);
      expect(partitions[0]?.replicas).toHaveLength(declared[name].replicationFactor);
      expect(partitions[0]?.inSyncReplicas).toHaveLength(declared[name].replicationFactor);
    }
  } finally {
    const stopped = await run("stop", "--", "--wipe");
    expect(stopped.stdout).toContain("3 brokers stopped");
    rmSync(folder, { recursive: true });
  }
});
