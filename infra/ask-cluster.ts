import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../kafka/problem.ts";
import type { Desired } from "./desired.ts";
import { preflightIsOff } from "./stack.ts";
import { readManagedTopics } from "./topics-in-state.ts";

/**
 * Runs the preflight of what a stack is to have, as far as that is right, and tells its warnings through the engine.
 * @returns why an update would fail, and the topics that it adopts
 */
export async function askCluster({
  stack,
  connection,
  topics,
  entries,
  names,
}: Desired): Promise<{ problems: readonly Problem[]; adopted: ReadonlySet<string> }> {
  if (stack?.preflight === "off") {
    const what = "whether this can be done, nor which topics it has already";
    void pulumi.log.warn(`${stack.file}: ${preflightIsOff} ${what}.`);
  }
  if (!stack || !connection || stack.preflight === "off") return { problems: [], adopted: new Set() };

  // It loads a client, a quarter of a second for those who need it.
  const { runPreflight } = await import("./preflight.ts");
  const managed = await readManagedTopics();
  const { problems, warnings, adopted } = await runPreflight({
    connection,
    origin: { stack, entries },
    topics,
    names,
    managed,
  });
  for (const warning of warnings) void pulumi.log.warn(warning);
  return { problems, adopted: new Set(adopted) };
}
