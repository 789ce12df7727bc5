import { ignores, type Stack } from "../../infra/stack.ts";
import type { Difference } from "./findings.ts";

/** Whether a stack ignores a difference: all of a topic, or those of some of its configs. */
export function isIgnored(found: Difference, stack: Pick<Stack, "ignore">): boolean {
  return ignores(stack, found.topic, "key" in found ? found.key : undefined);
}

/** Whether a difference is drift: a stack may only report undeclared topics. */
export function isDrift({ code }: Difference, { undeclared }: Pick<Stack, "undeclared">): boolean {
  return code !== "TOPIC_UNDECLARED" || undeclared === "fail";
}
