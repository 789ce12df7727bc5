import { parseTopicState } from "../infra/stack-state.ts";
import { countOf } from "../kafka/describe-value.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import { type ExportedState, isTopic, type StateResource, topicsOf } from "./state.ts";

/**
 * The topics of a state that may be otherwise on the cluster: an update was interrupted while it worked on them, or
 * failed. The engine then records what was wanted, which need not have happened. An interrupted import has changed
 * nothing, so its topic is none of them.
 * @returns by name, whether the update may have deleted the topic, or not created it
 */
export function findUnfinished(state: ExportedState): Map<string, boolean> {
  const interrupted = (state.deployment.pending_operations ?? [])
    .filter(({ type, resource }) => isTopic(resource) && type !== "importing")
    .map(({ type, resource }) => [nameOf(resource), type === "creating" || type === "deleting"] as const);
  const uncertain = topicsOf(state)
    .filter(({ pendingReplacement, initErrors }) => pendingReplacement || initErrors?.length)
    .map((resource) => [nameOf(resource), resource.pendingReplacement ?? false] as const);
  const unfinished = new Map<string, boolean>();
  for (const [name, mayBeGone] of [...interrupted, ...uncertain])
    unfinished.set(name, mayBeGone || (unfinished.get(name) ?? false));
  return unfinished;
}

/** Explains that the last update did not finish and how to finish it; nothing where it did. */
export function explainUnfinished(stack: string, state: ExportedState): string | undefined {
  const { size } = findUnfinished(state);
  if (size === 0) return undefined;
  return (
    `The last update of stack ${stack} did not finish, or an update is running. The state of ` +
    `${countOf(size, "topic")} is uncertain. To finish the update: npm run up -- --stack ${stack}`
  );
}

/** Whether the engine would warn of operations that an update began and did not end. */
export function hasPendingOperations({ deployment }: ExportedState): boolean {
  return (deployment.pending_operations ?? []).length > 0;
}

/** The URNs of what an update was working on that is neither a topic nor, as the provider is, the engine's own. */
export function findForeign({ deployment }: ExportedState): string[] {
  return (deployment.pending_operations ?? [])
    .map(({ resource }) => resource)
    .filter((resource) => !isTopic(resource) && !resource.type.startsWith("pulumi:"))
    .map(({ urn }) => urn);
}

/**
 * The topics that the next update deletes, to create some of them again. Where the cluster has none of that name the
 * deletion was done by an update that did not learn of it.
 * @param declared the partitions of each declared topic, by name
 * @returns their names, without those of protected topics
 */
export function findDeletions(state: ExportedState, declared: ReadonlyMap<string, number>): Set<string> {
  return new Set(
    topicsOf(state)
      .filter(({ protect }) => !protect)
      .map(({ urn, outputs }) => parseTopicState(urn, outputs))
      .filter(({ name, partitions }) => (declared.get(name) ?? 0) < partitions)
      .map(({ name }) => name),
  );
}

/**
 * The state with the unfinished topics as the cluster has them, and nothing pending. One that is not there stays in the
 * state if no update can be why: somebody has deleted it, which the preflight reports.
 * @param unfinished as `findUnfinished` gives them
 * @param live by name
 */
export function recover(
  state: ExportedState,
  unfinished: ReadonlyMap<string, boolean>,
  live: ReadonlyMap<string, TopicSpec>,
): ExportedState {
  const resources = state.deployment.resources ?? [];
  const operations = state.deployment.pending_operations ?? [];
  const urns = new Set(resources.map(({ urn }) => urn));
  const begun = operations
    .filter(({ type, resource }) => type === "creating" && isTopic(resource) && !urns.has(resource.urn))
    .map(({ resource }) => resource);
  const recovered = [...resources, ...begun].flatMap((resource) => {
    const mayBeGone = isTopic(resource) ? unfinished.get(nameOf(resource)) : undefined;
    if (mayBeGone === undefined) return [resource];
    const topic = live.get(nameOf(resource));
    if (topic) return [asOnCluster(resource, topic)];
    return mayBeGone ? [] : [resource];
  });
  return {
    ...state,
    deployment: {
      ...state.deployment,
      resources: recovered,
      // An import drops them all.
      pending_operations: [],
    },
  };
}

function asOnCluster(resource: StateResource, topic: TopicSpec): StateResource {
  const { pendingReplacement: _, initErrors: __, ...rest } = resource;
  return {
    ...rest,
    id: topic.name,
    // Beside the topic's fields there is what the provider notes of its own.
    inputs: { ...resource.inputs, ...topic },
    outputs: { ...topic, id: topic.name },
  };
}

/** The program gives a topic's resource the name of the topic. */
function nameOf({ urn }: StateResource): string {
  return urn.split("::").slice(3).join("::");
}
