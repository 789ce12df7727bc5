import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findBrokerPorts } from "../dev/cluster/node-ports.ts";
import type { DrillFinding } from "../dev/drill/findings.ts";
import { drawTimeline } from "../dev/drill/picture.ts";
import { runDrill } from "../dev/drill/run-drill.ts";
import { ownTopics } from "../dev/drill/topics.ts";
import { topics as advertising } from "../infra/topics/advertising.ts";
import { localFolder } from "../machine/paths.ts";
import { listOwnProcesses, sendSignal } from "../machine/processes.ts";
import { createCluster } from "./cluster.ts";
import { listen } from "./listen.ts";
import { Workspace } from "./workspace.ts";

/** The cluster notices a dead broker after 3 s instead of 9 s. */
const settings = {
  "broker.session.timeout.ms": "3000",
  "broker.heartbeat.interval.ms": "500",
  "leader.imbalance.check.interval.seconds": "1",
};

const name = "T100117_jrtt_grade_advertiser_public_info";
const declared = { name, ...advertising[name], config: {}, smoke: "produce" } as const;

test("Dead or paused brokers cause no loss of acknowledged records, unless the topic's settings allow it", {
  timeout: 180_000,
}, async () => {
  const cluster = createCluster(await findBrokerPorts(3), { settings });
  const tasks: string[] = [];
  try {
    const { result, recording } = await runDrill({
      cluster,
      topics: [declared, ...ownTopics],
      scenarios: ["kill", "pause", "unclean-election"],
      observeMs: 500,
      signal: new AbortController().signal,
      runTask: async (_, work) => {
        tasks.push(await work((progress) => tasks.push(progress)));
      },
    });
    const said = tasks.join("\n");
    const find = (step: DrillFinding["step"], code: DrillFinding["code"]) =>
      result.findings.filter((finding) => finding.step === step && finding.code === code);

    expect(result.verdict, said).toBe("passed");
    const [single, replicated, , unclean] = ownTopics.map((topic) => topic.name);
    expect(find("kill", "TOPIC_UNAVAILABLE"), said).toMatchObject([{ topic: single, replicationFactor: 1 }]);
    expect(find("second-kill", "WRITES_REFUSED"), said).toMatchObject([
      { topic: replicated, partitions: [0, 1, 2], expected: 2, observed: 1 },
    ]);
    const [loss, ...others] = find("unclean-election", "RECORDS_LOST_BY_UNCLEAN_ELECTION");
    expect(others).toEqual([]);
    expect(loss?.topic).toBe(unclean);

    for (const { topic, acknowledged, readBack, lost, duplicated, reordered } of result.topics) {
      expect(acknowledged, topic).toBeGreaterThan(0);
      expect({ topic, readBack, duplicated, reordered }).toEqual({
        topic,
        readBack: acknowledged - lost,
        duplicated: 0,
        reordered: 0,
      });
      expect(lost > 0, topic).toBe(topic === unclean);
    }
    const [kill] = result.steps;
    const [killed] = kill?.brokers ?? [];
    const moved = kill?.partitions.filter(({ leaders, replicas }) => leaders[0] === killed && replicas[1]);
    expect(moved?.length).toBeGreaterThan(0);
    for (const { leaders, withoutLeaderMs } of moved ?? []) {
      expect(leaders.at(-1)).not.toBe(killed);
      // The controller notices only when the session ends, which may have begun a while before the kill.
      expect(withoutLeaderMs).toBeGreaterThan(1_000);
    }
    expect(await drawTimeline(recording)).toContain(`>${name}: 2 replicas`);
  } finally {
    await cluster.stop("SIGKILL");
    cluster.wipe();
  }
});

test("Ctrl-C during a drill leaves no broker and no data", async () => {
  await using workspace = new Workspace({ orders: { partitions: 1 } });
  const local = join(workspace.folder, ".dev");
  mkdirSync(local, { recursive: true });
  symlinkSync(join(localFolder, "kafka"), join(local, "kafka"));
  const brokers = () => listOwnProcesses().filter(({ commandLine }) => commandLine.includes(local));

  const child = workspace.start("drill", "--scenario", "kill", "--observe", "0.5");
  const { printed, ended, said } = listen(child);
  await printed(/waiting for the controller to notice/);
  expect(brokers()).toHaveLength(3);
  sendSignal(-(child.pid ?? 0), "SIGINT");
  expect(await ended, said()).toBe(130);
  expect(brokers()).toEqual([]);
  expect(existsSync(join(local, "drill"))).toBe(false);
});
