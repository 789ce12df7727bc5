import type { Connection } from "../kafka/connection.ts";
import type { ExportedState } from "../pulumi/state.ts";
import { describeUnknown, everything, findNeedless, isAllowed } from "./review/allowed.ts";

/** The flag of `review` and `up` that names the topics to create again if they are no longer on the cluster. */
export const recreationOptions = { recreate: { type: "string", multiple: true } } as const;

/** Without a value, the flag names all topics. */
export const recreationDefault = { recreate: everything } as const;

/**
 * Finds the topics to create again.
 * @param names the topics that may be created again, or `*`
 * @param declared the topics of the catalogue; undefined if they are unknown
 * @param connection to the cluster, by default as the deployment connects
 * @returns the URN of each in the state, by name
 * @throws Error if no topic has a name, if the cluster does not answer, or if the principal may not DESCRIBE a topic
 */
export async function findRecreated(
  stack: string,
  names: readonly string[],
  state: Promise<ExportedState>,
  declared: readonly string[] | undefined,
  connection?: Connection,
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  // Loaded only here: it loads a client.
  const { findMissing, urnsByName } = await import("../pulumi/forget-missing.ts");
  const urns = urnsByName(await state);
  const known = declared && [...new Set([...declared, ...urns.keys()])];
  const unknown = known ? describeUnknown("--recreate", names, known) : [];
  if (unknown.length > 0) throw new Error(`${unknown.join("\n")}\nNothing was changed.`);
  const missing = await findMissing(stack, urns, connection);
  return new Map([...missing].filter(([name]) => isAllowed(name, names)));
}

/**
 * Describes what the flag does.
 * @param names as given
 * @param missing those that are no longer on the cluster
 */
export function describeRecreation(names: readonly string[], missing: readonly string[]): string {
  const needless = findNeedless(names, missing);
  if (needless.length > 0) return `--recreate names topics that are not missing: ${needless.join(", ")}.`;
  if (missing.length === 0) return "--recreate: every topic of the stack is on the cluster.";
  return `--recreate: no longer on the cluster: ${missing.join(", ")}.`;
}
