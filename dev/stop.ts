import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { localFolder } from "../machine/paths.ts";
import { localCluster } from "./cluster/local.ts";

const help = `Usage: npm stop [-- --wipe]

Stops the local Kafka cluster.

  --wipe  also removes its data, and the dev stack's state that describes it
`;

try {
  const { values } = parseArgs({ options: { wipe: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) {
    process.stdout.write(help);
  } else {
    const stopped = await localCluster.stop(values.wipe ? "SIGKILL" : "SIGTERM");
    process.stdout.write(
      stopped > 0 ? `Kafka: ${stopped} brokers stopped.\n` : "Kafka: no broker was running.\n",
    );
    if (values.wipe) {
      localCluster.wipe();
      rmSync(join(localFolder, "state"), { recursive: true, force: true });
      process.stdout.write("Removed the cluster's data and the dev stack's local state.\n");
      if (process.env.PULUMI_BACKEND_URL) {
        const refresh = "npm run pulumi -- refresh --stack dev";
        process.stdout.write(`The state at PULUMI_BACKEND_URL still names its topics: ${refresh}\n`);
      }
    }
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
