import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { TopicSpec } from "../kafka/topic.ts";
import { parseState, parseTopicState, StateError, topicType } from "./stack-state.ts";

const answer = z.object(
  {
    outputs: z.record(
      z.string(),
      z.object({ type: z.string("text"), outputs: z.unknown() }, "an object"),
      "resources by URN",
    ),
  },
  "an object",
);

/**
 * Reads the topics in the stack's state, as the last update left them. A declared topic that is among them is changed in
 * place or replaced; any other is created or adopted. The engine does not pass its state to a program, so it is asked.
 * @throws RunError if the state is not in this program's format
 */
export async function readManagedTopics(): Promise<Map<string, TopicSpec>> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const read = pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  try {
    const { outputs } = parseState(answer, await read, pulumi.getStack(), "its resources");
    const topics = Object.entries(outputs)
      .filter(([, { type }]) => type === topicType)
      .map(([urn, resource]) => parseTopicState(urn, resource.outputs));
    return new Map(topics.map((topic) => [topic.name, topic]));
  } catch (error) {
    // The engine prints any other error with a stack trace.
    throw error instanceof StateError ? new pulumi.RunError(error.message) : error;
  }
}
