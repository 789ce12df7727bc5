import { afterAll, beforeAll, expect, test } from "vitest";
import type { Broker } from "../dev/cluster/broker.ts";
import type { Cluster } from "../dev/cluster/cluster.ts";
import { sendSignal } from "../machine/processes.ts";
import { createTestCluster } from "./cluster.ts";
import { listen } from "./listen.ts";
import { mixedUpdate, readShapes, readUnfinished, shapesOf, topicBegun } from "./mixed-update.ts";
import { anyUpdate, Workspace } from "./workspace.ts";

/** What happens to a cluster's brokers during an update, and after the update has ended. */
type Failure = {
  readonly title: string;
  readonly begin: (cluster: Cluster) => Promise<unknown>;
  readonly end: (cluster: Cluster) => unknown;
  /** What the update prints meanwhile. */
  readonly says?: (cluster: Cluster) => string;
};

const freeze = ({ pid }: Broker) => sendSignal(pid ?? 0, "SIGSTOP");
const thaw = ({ pid }: Broker) => sendSignal(pid ?? 0, "SIGCONT");
const start = (cluster: Cluster) => cluster.start();

const failures: readonly Failure[] = [
  {
    title: "A broker that is frozen",
    begin: async ({ brokers: [first] }) => first && freeze(first),
    end: ({ brokers: [first] }) => first && thaw(first),
    says: ({ bootstrapServers: [server] }) =>
      `Broker ${server} does not respond. The update may be waiting for it.`,
  },
  {
    title: "A broker that is killed",
    begin: async ({ brokers: [, second] }) => second?.stop("SIGKILL"),
    end: start,
  },
  {
    title: "Brokers that restart one by one",
    begin: async (cluster) => {
      for (const broker of cluster.brokers) {
        await broker.stop();
        await cluster.start();
      }
    },
    end: () => {},
  },
  {
    title: "A cluster that is killed",
    begin: ({ brokers }) => Promise.all(brokers.map((broker) => broker.stop("SIGKILL"))),
    end: start,
  },
];

let cluster: Cluster;
let workspace: Workspace;
let declared = mixedUpdate[0];

beforeAll(async () => {
  cluster = await createTestCluster();
  await cluster.start();
  // Longer than it takes to report a broker that does not respond: the provider may ask the frozen one.
  const config = { "kafka:bootstrapServers": cluster.bootstrapServers, "kafka:timeout": "25" };
  workspace = new Workspace(declared, config);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
});

afterAll(async () => {
  cluster.brokers.forEach(thaw);
  await cluster.stop("SIGKILL");
  cluster.wipe();
  workspace.remove();
});

test.for(failures)(
  "$title during an update: the next update gives every topic its declared values",
  { timeout: 180_000 },
  async ({ begin, end, says }) => {
    declared = declared === mixedUpdate[0] ? mixedUpdate[1] : mixedUpdate[0];
    workspace.declare(declared);
    const { printed, ended, said } = listen(workspace.start("up", ...anyUpdate));
    await printed(topicBegun);
    await Promise.all([begin(cluster), ended]);
    await end(cluster);
    if (says) expect(said()).toContain(says(cluster));

    const next = await workspace.up();
    expect(next.exitCode, said() + next.stdout + next.stderr).toBe(0);
    expect(await readShapes(cluster.bootstrapServers), said()).toEqual(shapesOf(declared));
    expect(readUnfinished(workspace)).toEqual([]);
  },
);

test("Drift fails if no controller answers, instead of comparing outdated metadata", async () => {
  await Promise.all(cluster.brokers.slice(0, 2).map((broker) => broker.stop("SIGKILL")));
  const silent = `${cluster.bootstrapServers[2]}: no controller answers through this broker, so its metadata may be out of date.`;
  // The third broker may have been the active controller, which takes some seconds to notice that it is alone.
  await expect
    .poll(() => workspace.run("drift"), { timeout: 60_000 })
    .toMatchObject({ exitCode: 1, stdout: expect.stringContaining(silent) });
  await cluster.start();
  expect(await workspace.run("drift")).toMatchObject({ exitCode: 0 });
});
