import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { WantedTopic } from "../kafka/trial.ts";
import { topicType } from "./resolved-topic.ts";

const resources = z.record(
  z.string(),
  z.object({
    type: z.string(),
    outputs: z.looseObject({}),
  }),
);
const topicOutputs = z.object({
  name: z.string(),
  partitions: z.number(),
  replicationFactor: z.number(),
  config: z.record(z.string(), z.string()).nullish(),
});

/** A topic in the stack's state. */
export type ManagedTopic = WantedTopic & {
  /** The engine's own name for it. */
  readonly urn: string;
};

/**
 * The topics in the stack's state, as its last update left them: those that this run changes, where all other
 * topics are created or adopted. The engine answers from the state it works on; the program is not told otherwise.
 */
export async function readManagedTopics(): Promise<Map<string, ManagedTopic>> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName,
  });
  const { outputs } = z.object({ outputs: resources }).parse(answer);
  return new Map(
    Object.entries(outputs)
      .filter(([, { type }]) => type === topicType)
      .map(([urn, { outputs }]) => {
        const { config, ...topic } = topicOutputs.parse(outputs);
        return [topic.name, { ...topic, config: config ?? {}, urn }];
      }),
  );
}
