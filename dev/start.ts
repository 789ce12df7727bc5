import { join } from "node:path";
import { evaluateCatalogue } from "../infra/evaluate-catalogue.ts";
import { secureStack } from "../infra/stack-files.ts";
import { exitCodes, runCommand } from "../machine/command.ts";
import { withLock } from "../machine/lock.mjs";
import { localFolder } from "../machine/paths.ts";
import { setUp } from "../machine/set-up.ts";
import { readAllowed } from "../ops/review/allowed.ts";
import { dataLossOptions } from "../ops/review/data-loss.ts";
import { requireConfirmation } from "../ops/up/confirmation.ts";
import { updateStack } from "../ops/up/update.ts";
import { askPulumi } from "../pulumi/ask-pulumi.ts";
import { localStack } from "../pulumi/environment.ts";
import { defaultTimeoutSeconds, runSuite } from "../smoke/suite.ts";
import { renderTable } from "../smoke/table.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { localCluster, openSecureCluster, secureServers } from "./cluster/local.ts";
import { createPrincipals, writeSecureStack } from "./secure-stack.ts";

const say = (text: string) => process.stdout.write(`${text}\n`);

/** A local cluster, and the stack that describes it. */
type Local = {
  readonly stack: string;
  readonly cluster: Cluster;
  readonly bootstrapServers: readonly string[];
  /** What the first update needs, once the cluster runs and the stack exists. */
  readonly prepare: () => Promise<void>;
};

function openLocal(isSecure: boolean): Local {
  if (isSecure) {
    const cluster = openSecureCluster();
    writeSecureStack();
    const prepare = () => createPrincipals(cluster.connection);
    return { stack: secureStack, cluster, bootstrapServers: secureServers, prepare };
  }
  const prepare = async () => {};
  return {
    stack: localStack,
    cluster: localCluster,
    bootstrapServers: localCluster.bootstrapServers,
    prepare,
  };
}

/** Starts the local cluster and deploys to it; the second of two concurrent runs finds nothing to do. */
async function deploy(
  { stack, cluster, bootstrapServers, prepare }: Local,
  allowed: string[],
): Promise<number> {
  const onInterrupt = () => {
    say("\nInterrupted. Brokers that were started keep running; npm stop stops them.");
    process.exit(130);
  };
  process.once("SIGINT", onInterrupt);
  const [started, catalogue] = await Promise.all([cluster.start(), evaluateCatalogue()]);
  process.off("SIGINT", onInterrupt);
  say(
    `Kafka: ${cluster.brokers.length} brokers at ${bootstrapServers.join(", ")}, ${started} of them started now.\n`,
  );

  if (process.env.PULUMI_BACKEND_URL) await askPulumi(stack, ["stack", "select", stack, "--create"]);
  await prepare();
  return updateStack(stack, { catalogue, allowed, isConfirmed: true, isQuiet: true });
}

async function startLocally(isSecure: boolean, allowed: string[]): Promise<number> {
  await setUp("engine", "kafka");
  const exitCode = await withLock(
    join(localFolder, "locks", "start"),
    () => deploy(openLocal(isSecure), allowed),
    (pid) => process.stderr.write(`Another npm start (process ${pid}) is running; waiting ...\n`),
  );
  if (exitCode !== 0) return exitCode;
  const tested = await testTopics(isSecure ? secureStack : localStack);
  if (tested === exitCodes.success) say(`\n${isSecure ? nextForSecure : next}`);
  return tested;
}

/** Deploys a stack to its own cluster, and runs the smoke suite. */
async function deployAndTest(stack: string, yes: boolean, allowed: string[]): Promise<number> {
  const command = `npm start -- --stack ${stack} --yes`;
  const isConfirmed = requireConfirmation(command, { isConfirmed: yes });
  const catalogue = await evaluateCatalogue();
  const exitCode = await updateStack(stack, { catalogue, allowed, isConfirmed, isQuiet: false });
  return exitCode === 0 ? testTopics(stack) : exitCode;
}

/** Runs the smoke suite, and shows its result. */
async function testTopics(stack: string): Promise<number> {
  const { results } = await runSuite(stack, {
    deadline: { at: performance.now() + defaultTimeoutSeconds * 1000 },
    onProgress: () => {},
  });
  say(`\n${renderTable(results)}`);
  return results.totals.failed > 0 ? exitCodes.finding : exitCodes.success;
}

const next = `Next:
  npm run topics             lists the topics on the cluster
  npm run preview            previews a change in infra/topics/
  npm run up                 deploys the change
  npm run smoke              tests every deployed topic
  npm run drill              shows what survives when brokers fail
  npm stop [-- --wipe]       stops the cluster [and removes its data]
  README.md                  "Use it on your cluster": a repository and a stack of your own`;

const nextForSecure = `Next, with --stack ${secureStack} for every command:
  npm run doctor -- --stack ${secureStack}   checks the connection, and shows the rights of the principals
  npm run smoke -- --stack ${secureStack}    tests every deployed topic as User:smoke
  npm stop [-- --wipe]                    stops the cluster [and removes its data]
  docs/security.md                        explains the rights`;

await runCommand({
  help: `Usage: npm start [-- [--secure | --stack NAME [--yes]] [--allow-data-loss TOPICS]]

Sets up the Pulumi engine and a local Kafka cluster of three brokers, deploys the dev stack to it, and sends a
record through every partition. If you run it again, it only does what is not yet done.

  --secure                  does the same with the stack ${secureStack} and a second cluster, secured with TLS, SASL and ACLs
  --stack NAME              deploys this stack to its own cluster instead, after asking for confirmation, and runs the
                            smoke suite
  --yes                     deploys without asking for confirmation; required if there is no terminal
  --allow-data-loss TOPICS  the topics that may lose records: a,b; '*' for all; can be repeated
`,
  options: {
    secure: { type: "boolean" },
    stack: { type: "string", short: "s" },
    yes: { type: "boolean", short: "y" },
    ...dataLossOptions,
  },
  run: async ({ secure = false, stack, yes = false, "allow-data-loss": lists }) => {
    const allowed = readAllowed(lists);
    const chosen = stack ?? (secure ? secureStack : localStack);
    if (secure && chosen !== secureStack)
      throw new Error(
        `--secure: given with --stack ${chosen}, allowed: without --stack, or with --stack ${secureStack}`,
      );
    return chosen === localStack || chosen === secureStack
      ? startLocally(chosen === secureStack, allowed)
      : deployAndTest(chosen, yes, allowed);
  },
});
