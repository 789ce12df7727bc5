import type { Desired } from "./desired.ts";
import type { Preflight } from "./findings.ts";
import { readManagedTopics } from "./topics-in-state.ts";

/** Runs the preflight of what a stack is to have, as far as that is right. */
export async function askCluster({
  stack,
  connection,
  topics,
  entries,
  declaredNames,
}: Desired): Promise<Preflight> {
  if (stack?.preflight === "off") return { errors: [], warnings: [{ code: "PREFLIGHT_OFF" }], adopted: [] };
  if (!stack || !connection) return { errors: [], warnings: [], adopted: [] };
  // It loads a client, a quarter of a second for those who need it.
  const { runPreflight } = await import("./preflight.ts");
  const managed = await readManagedTopics();
  return runPreflight({ connection, origin: { stack, entries }, topics, declaredNames, managed });
}
