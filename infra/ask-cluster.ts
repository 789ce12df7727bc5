import * as pulumi from "@pulumi/pulumi";
import type { Desired } from "./desired.ts";
import { emptyPreflight, type Preflight, type PreflightWarning } from "./findings.ts";
import { explainOtherState, hashState, readForgotten } from "./judged-state.ts";
import { reviewVariable } from "./lacked-rights.ts";
import { readManagedTopics } from "./topics-in-state.ts";

/**
 * Compares the stack's state and config with the judged ones, and runs the preflight, unless the stack turns it off. Does
 * neither if the stack's config is invalid.
 * @returns also the hash of the state, if it was read
 * @throws RunError if the update was judged for another state or config
 */
export async function askCluster(
  { stack, connection, topics, entries, declaredNames }: Desired,
  config: Readonly<Record<string, string>>,
): Promise<Preflight & { readonly state?: string }> {
  if (!stack || !connection) return emptyPreflight;
  const managed = await readManagedTopics();
  const forgotten = pulumi.runtime.isDryRun() ? readForgotten() : [];
  for (const name of forgotten) managed.delete(name);
  const state = hashState(managed, config);
  const refusal = explainOtherState(state);
  if (refusal) throw new pulumi.RunError(refusal);
  if (stack.preflight === "off") return { ...emptyPreflight, warnings: [{ code: "PREFLIGHT_OFF" }], state };
  // Imported only where it is needed: it loads a Kafka client, which takes 0.25 s.
  const { runPreflight } = await import("./preflight.ts");
  const preflight = await runPreflight({
    connection,
    origin: { stack, entries },
    topics,
    declaredNames,
    managed,
    isReview: pulumi.runtime.isDryRun() && process.env[reviewVariable] !== undefined,
  });
  const missing = forgotten.map((topic): PreflightWarning => {
    const expected = declaredNames.includes(topic) ? "created" : "forgotten";
    return { code: "TOPIC_MISSING", topic, expected };
  });
  return { ...preflight, warnings: [...missing, ...preflight.warnings], state };
}
