import { z } from "zod";
import { parseTopicState, topicType } from "../infra/topic-state.ts";
import type { WantedTopic } from "../kafka/trial.ts";
import { mendState } from "./mend-state.ts";
import { askPulumi } from "./pulumi.ts";

/** What the engine keeps of a stack between two updates. */
export type State = {
  /** The URN of the stack's own entry; absent before the first update. */
  readonly root?: string;
  /** URNs of what a killed update was working on, creations aside. */
  readonly pending: readonly string[];
  readonly pendingCreates: number;
  /** By name, as the last update left them. */
  readonly topics: ReadonlyMap<string, StateTopic>;
};

export type StateTopic = WantedTopic & { readonly urn: string };

const exported = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          outputs: z.unknown().optional(),
        }),
      )
      .nullish(),
    pending_operations: z
      .array(z.object({ type: z.string(), resource: z.object({ urn: z.string() }) }))
      .nullish(),
  }),
});

/**
 * Reads a stack's state.
 * @throws Error with the engine's words
 */
export async function readState(stack: string): Promise<State> {
  const parsed = exported.safeParse(JSON.parse(await askPulumi(stack, ["stack", "export"])));
  if (!parsed.success) {
    await mendState(stack);
    throw new Error(
      `The state of stack ${stack} is not as the engine writes it. docs/operations.md tells the ways back.`,
    );
  }
  const { deployment } = parsed.data;
  const resources = deployment.resources ?? [];
  const operations = deployment.pending_operations ?? [];
  const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn;
  const isCreate = ({ type }: { type: string }) => type === "creating" || type === "importing";
  return {
    ...(root && { root }),
    pending: operations.filter((operation) => !isCreate(operation)).map(({ resource }) => resource.urn),
    pendingCreates: operations.filter(isCreate).length,
    topics: new Map(
      resources
        .filter(({ type }) => type === topicType)
        .map(({ urn, outputs }) => ({ ...parseTopicState(outputs), urn }))
        .map((topic) => [topic.name, topic] as const),
    ),
  };
}
