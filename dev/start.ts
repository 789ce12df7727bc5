import { join } from "node:path";
import { exitCodes, runCommand } from "../machine/command.ts";
import { withLock } from "../machine/lock.mjs";
import { localFolder } from "../machine/paths.ts";
import { setUp } from "../machine/set-up.ts";
import { askPulumi } from "../pulumi/ask-pulumi.ts";
import { updateFlags } from "../pulumi/cli.ts";
import { runPulumi } from "../pulumi/command.ts";
import { localStack } from "../pulumi/environment.ts";
import { defaultTimeoutSeconds, runSuite } from "../smoke/suite.ts";
import { renderTable } from "../smoke/table.ts";
import { localCluster } from "./cluster/local.ts";

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Starts the cluster and deploys to it; the second of two concurrent runs finds nothing to do. */
async function deploy(): Promise<number> {
  const onInterrupt = () => {
    say("\nInterrupted. Brokers that were started keep running; npm stop stops them.");
    process.exit(130);
  };
  process.once("SIGINT", onInterrupt);
  const started = await localCluster.start();
  process.off("SIGINT", onInterrupt);
  const { brokers, bootstrapServers } = localCluster;
  say(
    `Kafka: ${brokers.length} brokers at ${bootstrapServers.join(", ")}, ${started} of them started now.\n`,
  );

  if (process.env.PULUMI_BACKEND_URL)
    await askPulumi(localStack, ["stack", "select", localStack, "--create"]);
  return runPulumi(localStack, ["up", "--yes", "--skip-preview", ...updateFlags]);
}

async function start(): Promise<number> {
  await setUp("engine", "kafka");
  const exitCode = await withLock(join(localFolder, "locks", "start"), deploy, (pid) =>
    process.stderr.write(`Another npm start (process ${pid}) is running; waiting ...\n`),
  );
  if (exitCode !== 0) return exitCode;

  const { results } = await runSuite(localStack, {
    deadline: { at: performance.now() + defaultTimeoutSeconds * 1000 },
    onProgress: () => {},
  });
  say(`\n${renderTable(results)}`);
  if (results.totals.failed > 0) return exitCodes.finding;
  say(`\nNext:
  npm run topics             lists the topics on the cluster
  npm run preview            previews a change in infra/topics/
  npm run up                 deploys the change
  npm run smoke              tests every deployed topic
  npm run drill              shows what survives when brokers fail
  npm stop [-- --wipe]       stops the cluster [and removes its data]
  README.md                  "Use it on your cluster": a repository and a stack of your own`);
  return exitCodes.success;
}

await runCommand({
  help: `Usage: npm start

Sets up the Pulumi engine and a local Kafka cluster of three brokers, deploys the dev stack to it, and sends a
record through every partition. If you run it again, it only does what is not yet done.
`,
  options: {},
  run: start,
});
