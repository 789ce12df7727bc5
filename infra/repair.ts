import * as pulumi from "@pulumi/pulumi";
import { isBrokerError } from "../kafka/broker.ts";
import type { Connection } from "../kafka/connection.ts";
import { setConfigs } from "../kafka/set-configs.ts";
import { listFew } from "../kafka/topic-groups.ts";
import { showInvisible } from "../machine/visible-text.ts";
import type { Repair } from "./findings.ts";
import { hashRepairs } from "./judged-state.ts";

/**
 * Sets declared configs again that were changed by hand. The engine cannot: it compares the catalogue with the state, and both
 * have the declared value. See docs/decisions/14-the-program-resets-configs-itself.md.
 * @param judged the hash of the repairs with which the update was judged
 * @throws RunError if there are others now, or if one of them fails; the next update tries again
 */
export async function repairTopics(
  connection: Connection,
  repairs: readonly Repair[],
  judged: string,
): Promise<void> {
  if (hashRepairs(repairs) !== judged)
    throw new pulumi.RunError(
      "A topic was changed by hand on the cluster since this update was judged. The update has not started. Run the command again.",
    );
  const reasons = await setConfigs(connection, repairs).then(
    (refusals) => [...refusals].map(([topic, { words }]) => `${topic}: ${words}`),
    (error) => {
      if (!isBrokerError(error)) throw error;
      return [error.message];
    },
  );
  if (reasons.length === 0) {
    const reset = repairs.map(({ topic, key }) => `${topic}: ${key}`);
    void pulumi.log.info(`Reset what was changed by hand: ${listFew(reset)}`);
    return;
  }
  const problem = `Configs that were changed by hand could not be reset:\n${reasons.join("\n")}`;
  throw new pulumi.RunError(showInvisible(problem));
}
