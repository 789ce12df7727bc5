import { z } from "zod";
import { type RecordedSettings, recordSettings } from "../infra/recorded-settings.ts";
import { parseStackOutputs, parseState, parseTopicState, topicType } from "../infra/stack-state.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import { askPulumi } from "./ask-pulumi.ts";
import { parseOutput } from "./engine-output.ts";
import { recoverUnreadableState } from "./unreadable-state.ts";

const stateResource = z.looseObject(
  {
    urn: z.string("text"),
    type: z.string("text"),
    inputs: z.record(z.string(), z.unknown(), "an object").optional(),
    outputs: z.record(z.string(), z.unknown(), "an object").optional(),
    protect: z.boolean("true or false").optional(),
    /** The old resource is deleted; the new one may have been created. */
    pendingReplacement: z.boolean("true or false").optional(),
    /** Why its last operation failed; the outputs may then be the desired values, not the actual ones. */
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

/** A resource as `pulumi stack export` writes it; fields that are not named here are preserved. */
export type StateResource = z.output<typeof stateResource>;

/** The output of `pulumi stack export`. */
export type ExportedState = z.output<typeof exportedState>;

/** A stack that this program has not deployed. */
export class NotDeployedError extends Error {
  override readonly name = "NotDeployedError";

  constructor(stack: string) {
    super(`Stack ${stack} is not deployed: its state has no topics. Run npm run up -- --stack ${stack}.`);
  }
}

/**
 * Reads a stack's state in the format of `pulumi stack import`.
 * @throws Error with the engine's message, StateError if the state is not in the engine's format
 */
export async function exportState(stack: string): Promise<ExportedState> {
  const text = await askPulumi(stack, ["stack", "export"]);
  try {
    return parseExport(text, stack);
  } catch (error) {
    await recoverUnreadableState(stack);
    throw error;
  }
}

/**
 * Parses the output of `pulumi stack export`.
 * @throws Error if it is not JSON, StateError if it is not in the engine's format
 */
export function parseExport(text: string, stack: string): ExportedState {
  const state = parseOutput(z.unknown(), text, `The state of stack ${stack}`);
  // The URNs first, so that an error in a resource can name it.
  const { resources } = parseState(namedResources, state, stack, "the export").deployment;
  for (const resource of resources ?? []) parseState(stateResource, resource, stack, resource.urn);
  return parseState(exportedState, state, stack, "the export");
}

/**
 * Returns the topics of a stack by name, as its last update deployed them.
 * @throws NotDeployedError, or StateError if the state or the outputs are not in this program's format
 */
export function readDeployed(stack: string, state: ExportedState): ReadonlyMap<string, TopicSpec> {
  const topics = topicsOf(state).map(({ urn, outputs, protect = false }) => ({
    ...parseTopicState(urn, outputs),
    protect,
  }));
  const outputs = rootOf(state)?.outputs;
  if (topics.length === 0 && !outputs?.topics) throw new NotDeployedError(stack);
  const smokeSettings = parseStackOutputs(outputs, stack);
  return new Map(
    topics
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      // Without an entry in the outputs, the smoke suite must not write records to a topic.
      .map((topic) => [topic.name, { ...topic, smoke: "metadata", ...smokeSettings[topic.name] }] as const),
  );
}

/** The stack's own entry, whose outputs are the stack's; absent before the first update. */
export function rootOf({ deployment }: ExportedState): StateResource | undefined {
  return deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
}

/** The settings of a stack's last deployment. */
export type DeployedSettings = {
  readonly settings: RecordedSettings;
  /** False if an earlier version deployed the stack: then only the connection is known. */
  readonly isComplete: boolean;
};

const outputsWithSettings = z.object({ settings: z.record(z.string(), z.string()) });

/** Returns the settings with which a stack was last deployed; undefined before its first deployment. */
export function readDeployedSettings(state: ExportedState): DeployedSettings | undefined {
  const outputs = rootOf(state)?.outputs;
  if (!outputs) return undefined;
  const recorded = outputsWithSettings.safeParse(outputs);
  if (recorded.success) return { settings: recorded.data.settings, isComplete: true };
  const provider = state.deployment.resources?.findLast(({ type }) => type === "pulumi:providers:kafka");
  const inputs = Object.entries(provider?.inputs ?? {}).filter(([key]) => !/^(version$|__)/.test(key));
  // An encrypted input is an object.
  const texts = inputs.map(([key, value]) => [`kafka:${key}`, typeof value === "string" ? value : ""]);
  const isSecret = (key: string) =>
    inputs.some(([name, value]) => `kafka:${name}` === key && typeof value !== "string");
  return { settings: recordSettings("", Object.fromEntries(texts), isSecret), isComplete: false };
}

/** The entries of the topics in the state. */
export function topicsOf({ deployment }: ExportedState): StateResource[] {
  return (deployment.resources ?? []).filter(isTopic);
}

/** Whether a resource is a topic. */
export function isTopic({ type }: StateResource): boolean {
  return type === topicType;
}
