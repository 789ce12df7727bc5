import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { WantedTopic } from "../kafka/trial.ts";
import { parseTopicState, topicType } from "./topic-state.ts";

const answer = z.object({
  outputs: z.record(z.string(), z.object({ type: z.string(), outputs: z.unknown() })),
});

/**
 * The topics in the stack's state, as its last update left them: those that this run changes, where all other
 * topics are created or adopted. The engine answers from the state it works on; the program is not told otherwise.
 */
export async function readManagedTopics(): Promise<Map<string, WantedTopic>> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const read = pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  const topics = Object.values(answer.parse(await read).outputs)
    .filter(({ type }) => type === topicType)
    .map(({ outputs }) => parseTopicState(outputs));
  return new Map(topics.map((topic) => [topic.name, topic]));
}
