import * as kafka from "@pulumi/kafka";
import * as pulumi from "@pulumi/pulumi";
import { RefusedError } from "../kafka/problem.ts";
import { readDesired } from "./desired.ts";
import { readManagedTopics } from "./managed.ts";

// The SDK looks for a source map behind each line of each resource's stack trace: a fifth of a preview of 200
// topics. There is none, Node runs these files as they are.
Reflect.deleteProperty(Error, "prepareStackTrace");

const project = pulumi.getProject();
const desired = await readDesired({ project, stack: pulumi.getStack(), config: pulumi.runtime.allConfig() });
const { topics: wanted, stack, connection, names } = desired;
const problems = [...desired.problems];
const adopted = new Set<string>();

if (stack?.preflight === "off") {
  void pulumi.log.warn(
    `${stack.file}: preflight is off: the cluster was not asked whether this can be done.`,
  );
} else if (stack && connection) {
  const { runPreflight } = await import("./preflight.ts");
  const managed = await readManagedTopics();
  const preflight = await runPreflight({ connection, stack, topics: wanted, names, managed });
  problems.push(...preflight.problems);
  for (const name of preflight.adopted) adopted.add(name);
  for (const warning of preflight.warnings) void pulumi.log.warn(warning);
}
// The engine prints a RunError's message as it is, any other error with a stack trace.
if (problems.length > 0 || !connection) throw new pulumi.RunError(new RefusedError(problems).message);

for (const { name, partitions, replicationFactor, config, protect } of wanted) {
  new kafka.Topic(
    name,
    // Without a name of its own a topic would get a random suffix.
    { name, partitions, replicationFactor, config },
    { protect, ...(adopted.has(name) && { import: name }) },
  );
}

/** Each topic as deployed, by name: what the smoke suite checks. */
export const topics = Object.fromEntries(
  wanted.map(({ name, protect: _, entry: __, ...deployed }) => [name, deployed]),
);

export const bootstrapServers = connection.bootstrapServers;
