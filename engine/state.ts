import { z } from "zod";
import { parseState, parseTopicState, topicType } from "../infra/topic-state.ts";
import type { WantedTopic } from "../kafka/trial.ts";
import { mendState } from "./mend-state.ts";
import { askPulumi } from "./pulumi.ts";

const stateResource = z.looseObject(
  {
    urn: z.string("text"),
    type: z.string("text"),
    inputs: z.record(z.string(), z.unknown(), "an object").optional(),
    outputs: z.record(z.string(), z.unknown(), "an object").optional(),
    protect: z.boolean("true or false").optional(),
    /** The old resource is deleted, the new one may have been created. */
    pendingReplacement: z.boolean("true or false").optional(),
    /** Why its last operation failed; the outputs may then say what was wanted rather than what is. */
    initErrors: z.array(z.string("text"), "a list").nullish(),
  },
  "an object",
);
const deploymentOf = <T extends z.ZodType>(resource: T) =>
  z.looseObject(
    {
      deployment: z.looseObject(
        {
          resources: z.array(resource, "a list").nullish(),
          pending_operations: z
            .array(z.looseObject({ type: z.string("text"), resource }, "an object"), "a list")
            .nullish(),
        },
        "an object",
      ),
    },
    "an object",
  );
const namedResources = deploymentOf(z.looseObject({ urn: z.string("text") }, "an object"));
const exportedState = deploymentOf(stateResource);

/** A resource as `pulumi stack export` writes it; what is not named here is kept as it is. */
export type StateResource = z.output<typeof stateResource>;

/** What `pulumi stack export` writes. */
export type ExportedState = z.output<typeof exportedState>;

/** What the engine keeps of a stack between two updates. */
export type State = {
  /** The URN of the stack's own entry; absent before the first update. */
  readonly root?: string;
  /** By name, as the last update left them. */
  readonly topics: ReadonlyMap<string, StateTopic>;
};

export type StateTopic = WantedTopic & { readonly urn: string };

/**
 * Reads a stack's state in the form that `pulumi stack import` takes.
 * @throws Error with the engine's words, StateError when the state is not as the engine writes it
 */
export async function exportState(stack: string): Promise<ExportedState> {
  const state = JSON.parse(await askPulumi(stack, ["stack", "export"]));
  try {
    const { resources } = parseState(namedResources, state, stack, "the export").deployment;
    // By themselves, so that what is wrong is told with the name of its resource.
    for (const resource of resources ?? []) parseState(stateResource, resource, stack, resource.urn);
    return parseState(exportedState, state, stack, "the export");
  } catch (error) {
    await mendState(stack);
    throw error;
  }
}

/**
 * Reads the topics of a stack's state.
 * @throws Error with the engine's words
 */
export async function readState(stack: string): Promise<State> {
  return summarize(await exportState(stack));
}

/** The root and the topics of a state. */
export function summarize(state: ExportedState): State {
  const root = rootOf(state)?.urn;
  return {
    ...(root && { root }),
    topics: new Map(
      topicsOf(state)
        .map(({ urn, outputs }) => ({ ...parseTopicState(urn, outputs), urn }))
        .map((topic) => [topic.name, topic] as const),
    ),
  };
}

/** The stack's own entry, whose outputs are the stack's; absent before the first update. */
export function rootOf({ deployment }: ExportedState): StateResource | undefined {
  return deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
}

/** The entries of the topics. */
export function topicsOf({ deployment }: ExportedState): StateResource[] {
  return (deployment.resources ?? []).filter(isTopic);
}

export function isTopic({ type }: StateResource): boolean {
  return type === topicType;
}
