import * as kafka from "@pulumi/kafka";
import * as pulumi from "@pulumi/pulumi";
import { RefusedError } from "../kafka/problem.ts";
import { readDesired } from "./desired.ts";

const desired = await readDesired({
  project: pulumi.getProject(),
  stack: pulumi.getStack(),
  config: pulumi.runtime.allConfig(),
}).catch((error) => {
  // The engine prints a RunError's message as it is, any other error with a stack trace.
  throw error instanceof RefusedError ? new pulumi.RunError(error.message) : error;
});

for (const { name, partitions, replicationFactor, config, protect } of desired.topics) {
  // Without a name of its own a topic would get a random suffix.
  new kafka.Topic(name, { name, partitions, replicationFactor, config }, { protect });
}

/** Each topic as deployed, by name: what the smoke suite checks. */
export const topics = Object.fromEntries(
  desired.topics.map(({ name, protect: _, ...deployed }) => [name, deployed]),
);

export const bootstrapServers = desired.connection.bootstrapServers;
