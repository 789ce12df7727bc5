import type { Desired } from "./desired.ts";
import type { Preflight } from "./findings.ts";
import { readManagedTopics } from "./topics-in-state.ts";

/** Runs the preflight, unless the stack turns it off or its config is invalid. */
export async function askCluster({
  stack,
  connection,
  topics,
  entries,
  declaredNames,
}: Desired): Promise<Preflight> {
  if (stack?.preflight === "off") return { errors: [], warnings: [{ code: "PREFLIGHT_OFF" }], adopted: [] };
  if (!stack || !connection) return { errors: [], warnings: [], adopted: [] };
  // Imported only where it is needed: it loads a Kafka client, which takes 0.25 s.
  const { runPreflight } = await import("./preflight.ts");
  const managed = await readManagedTopics();
  return runPreflight({ connection, origin: { stack, entries }, topics, declaredNames, managed });
}
