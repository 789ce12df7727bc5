import * as kafka from "@pulumi/kafka";
import * as pulumi from "@pulumi/pulumi";
import { findUnverified } from "../kafka/unverified-tls.ts";
import { askCluster } from "./ask-cluster.ts";
import { readDesired } from "./desired.ts";
import { refuseEarlyEnd } from "./early-end.ts";
import { isConfigEncrypted } from "./encrypted-config.ts";
import { evaluation } from "./evaluation.ts";
import { explainUnexpected, judgedRepairsVariable } from "./judged-state.ts";
import { recordSettings } from "./recorded-settings.ts";
import { report } from "./report.ts";

// The SDK looks up a source map for each line of each resource's stack trace, which takes a fifth of a preview of 200
// topics. There are no source maps: Node runs these files directly.
Reflect.deleteProperty(Error, "prepareStackTrace");

const endDeclarations = refuseEarlyEnd();
const project = pulumi.getProject();
const config = pulumi.runtime.allConfig();
const desired = readDesired(
  { project, stack: pulumi.getStack(), config, isEncrypted: isConfigEncrypted },
  await evaluation,
);
const outputs = {
  /**
   * Each topic of the catalogue by name, for other programs and `stack output`. `readDeployed` in `pulumi/state.ts` reads
   * from here what the resources do not contain: the smoke mode and the sample.
   */
  topics: Object.fromEntries(desired.topics.map(({ name, protect: _, ...resolved }) => [name, resolved])),
  /** The cluster that the stack was deployed to; recovery after a kill compares it with the config. */
  bootstrapServers: desired.connection?.bootstrapServers,
  /** The stack's settings without secrets; the next review compares them with those that it finds. */
  settings: recordSettings(project, config, isConfigEncrypted),
};
const preflight = await askCluster(desired, config);
const { connection } = desired;
const unverified = findUnverified(config).map((key) => ({ code: "TLS_NOT_VERIFIED", key }) as const);
const refusal = report(desired, { ...preflight, warnings: [...unverified, ...preflight.warnings] }, outputs);
// Without a connection there is a refusal. The engine prints only the message of a RunError, and any other error with a
// stack trace.
if (refusal || !connection) throw new pulumi.RunError(refusal ?? "");
const unexpected = explainUnexpected(preflight.repairs, preflight.factors);
if (unexpected) throw new pulumi.RunError(unexpected);
const adopted = new Set(preflight.adopted);
const judgedRepairs = process.env[judgedRepairsVariable];
if (judgedRepairs && !pulumi.runtime.isDryRun()) {
  // Imported only where it is needed, like the preflight.
  const { repairTopics } = await import("./repair.ts");
  await repairTopics(connection, preflight.repairs, judgedRepairs);
}

// The provider's update of a topic removes its replication throttle.
const throttles = Map.groupBy(pulumi.runtime.isDryRun() ? [] : preflight.throttles, ({ topic }) => topic);
const keepThrottle = throttles.size > 0 ? (await import("./keep-throttle.ts")).keepThrottle : undefined;

// The SDK notes a stack trace with each promise of a resource, in half of the time that it takes for one.
const { stackTraceLimit } = Error;
Error.stackTraceLimit = 0;
for (const { name, partitions, replicationFactor, config, protect } of desired.topics) {
  // Without an explicit name, the topic would get a random suffix.
  const topic = { name, partitions, replicationFactor, config };
  const options = { protect: protect ?? true, ...(adopted.has(name) && { import: name }) };
  const { urn } = new kafka.Topic(name, topic, options);
  const throttle = throttles.get(name);
  if (throttle) keepThrottle?.(urn, throttle, connection);
}
Error.stackTraceLimit = stackTraceLimit;

endDeclarations();

// `main.mjs` exports each output by name.
export const { topics, bootstrapServers, settings } = outputs;
