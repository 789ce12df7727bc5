import { parseTopicState } from "../infra/stack-state.ts";
import { countOf } from "../kafka/describe-value.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import { type ExportedState, isTopic, type StateResource, topicsOf } from "./state.ts";

/**
 * Finds the topics of a state that may differ from the cluster, because an update was interrupted while it worked on
 * them, or failed. The engine then records the desired values, which may not have been applied. An interrupted import
 * changes nothing, so its topic is not included.
 * @returns by name, whether the update may have deleted the topic or not created it
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

/** Explains that the last update did not finish and how to finish it; undefined if it did. */
export function explainUnfinished(stack: string, state: ExportedState): string | undefined {
  const { size } = findUnfinished(state);
  if (size === 0) return undefined;
  return (
    `The last update of stack ${stack} did not finish, or an update is running. The state of ` +
    `${countOf(size, "topic")} is uncertain. To finish the update: npm run up -- --stack ${stack}`
  );
}

/** Whether the state has operations that an update began but did not finish, of which the engine warns. */
export function hasPendingOperations({ deployment }: ExportedState): boolean {
  return (deployment.pending_operations ?? []).length > 0;
}

/** Finds the URNs of unfinished resources that are neither topics nor the engine's own, such as the provider. */
export function findForeign({ deployment }: ExportedState): string[] {
  return (deployment.pending_operations ?? [])
    .map(({ resource }) => resource)
    .filter((resource) => !isTopic(resource) && !resource.type.startsWith("pulumi:"))
    .map(({ urn }) => urn);
}

/**
 * Finds the topics that the next update deletes, including those that it recreates. If one of them is not on the cluster,
 * an earlier update deleted it without receiving the response.
 * @param declared the partition count of each declared topic, by name
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
 * Returns the state with the unfinished topics as they are on the cluster, and without pending operations. A missing topic
 * stays in the state if no update can have removed it: it was deleted by hand, which the preflight reports.
 * @param unfinished the result of `findUnfinished`
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
      // `stack import` drops them all anyway.
      pending_operations: [],
    },
  };
}

function asOnCluster(resource: StateResource, topic: TopicSpec): StateResource {
  const { pendingReplacement: _, initErrors: __, ...rest } = resource;
  return {
    ...rest,
    id: topic.name,
    // The inputs also contain the provider's own fields.
    inputs: { ...resource.inputs, ...topic },
    outputs: { ...topic, id: topic.name },
  };
}

/** The topic's name, which is also the name of its resource. */
function nameOf({ urn }: StateResource): string {
  return urn.split("::").slice(3).join("::");
}
