import * as kafka from "@pulumi/kafka";
import * as pulumi from "@pulumi/pulumi";
import { askCluster } from "./ask-cluster.ts";
import { readDesired } from "./desired.ts";
import { refuseEarlyEnd } from "./early-end.ts";
import { report } from "./report.ts";

// The SDK looks for a source map behind each line of each resource's stack trace: a fifth of a preview of 200
// topics. There is none, Node runs these files as they are.
Reflect.deleteProperty(Error, "prepareStackTrace");

const endDeclarations = refuseEarlyEnd();
const project = pulumi.getProject();
const desired = await readDesired({ project, stack: pulumi.getStack(), config: pulumi.runtime.allConfig() });
const preflight = await askCluster(desired);
const { connection } = desired;
const refusal = report(desired, preflight);
// The engine prints a RunError's message as it is, any other error with a stack trace.
if (refusal || !connection) throw new pulumi.RunError(refusal ?? "");
const adopted = new Set(preflight.adopted);

for (const { name, partitions, replicationFactor, config, protect } of desired.topics) {
  // Without a name of its own a topic would get a random suffix.
  const topic = { name, partitions, replicationFactor, config };
  new kafka.Topic(name, topic, { protect: protect ?? true, ...(adopted.has(name) && { import: name }) });
}

endDeclarations();

/**
 * Each topic of the catalogue by name, for other programs and `stack output`. `readDeployed` in `pulumi/state.ts` takes
 * from here what the resources do not say: the smoke mode and the sample. `main.mjs` names the outputs again.
 */
export const topics = Object.fromEntries(
  desired.topics.map(({ name, protect: _, ...deployed }) => [name, deployed]),
);

/** Where the stack was deployed to; recovery after a kill compares it with the config. */
export const bootstrapServers = connection.bootstrapServers;
