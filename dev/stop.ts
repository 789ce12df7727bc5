import { rmSync } from "node:fs";
import { join } from "node:path";
import { countOf } from "../kafka/describe-value.ts";
import { exitCodes, runCommand } from "../machine/command.ts";
import { localFolder } from "../machine/paths.ts";
import { localCluster } from "./cluster/local.ts";

await runCommand({
  help: `Usage: npm stop [-- --wipe]

Stops the local Kafka cluster.

  --wipe  also removes its data and the dev stack's state
`,
  options: { wipe: { type: "boolean" } },
  run: async ({ wipe = false }) => {
    const stopped = await localCluster.stop(wipe ? "SIGKILL" : "SIGTERM");
    process.stdout.write(
      stopped > 0 ? `Kafka: ${countOf(stopped, "broker")} stopped.\n` : "Kafka: no broker was running.\n",
    );
    if (wipe) removeData();
    return exitCodes.success;
  },
});

function removeData(): void {
  localCluster.wipe();
  rmSync(join(localFolder, "state"), { recursive: true, force: true });
  process.stdout.write("Removed the cluster's data and the dev stack's local state.\n");
  if (!process.env.PULUMI_BACKEND_URL) return;
  const refresh = "npm run pulumi -- refresh --stack dev";
  process.stdout.write(
    `The state at PULUMI_BACKEND_URL still has its topics. To remove them from it: ${refresh}\n`,
  );
}
