import { rmSync } from "node:fs";
import { join } from "node:path";
import { secureStack } from "../infra/stack-files.ts";
import { countOf } from "../kafka/describe-value.ts";
import { exitCodes, runCommand } from "../machine/command.ts";
import { localFolder, stackConfigPath } from "../machine/paths.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { findLocalClusters } from "./cluster/local.ts";

await runCommand({
  help: `Usage: npm stop [-- --wipe]

Stops the local Kafka clusters.

  --wipe  also removes their data, and the state of their stacks
`,
  options: { wipe: { type: "boolean" } },
  run: async ({ wipe = false }) => {
    const clusters = findLocalClusters();
    const stopped = await Promise.all(clusters.map((cluster) => cluster.stop(wipe ? "SIGKILL" : "SIGTERM")));
    const count = stopped.reduce((sum, one) => sum + one, 0);
    process.stdout.write(
      count > 0 ? `Kafka: ${countOf(count, "broker")} stopped.\n` : "Kafka: no broker was running.\n",
    );
    if (wipe) removeData(clusters);
    return exitCodes.success;
  },
});

function removeData(clusters: readonly Cluster[]): void {
  for (const cluster of clusters) cluster.wipe();
  for (const path of [join(localFolder, "state"), stackConfigPath(secureStack)])
    rmSync(path, { recursive: true, force: true });
  process.stdout.write("Removed the clusters' data and the local state of their stacks.\n");
  if (!process.env.PULUMI_BACKEND_URL) return;
  const refresh = "npm run pulumi -- refresh --stack dev";
  process.stdout.write(
    `The state at PULUMI_BACKEND_URL still has its topics. To remove them from it: ${refresh}\n`,
  );
}
