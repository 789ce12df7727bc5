import * as pulumi from "@pulumi/pulumi";
import { isBrokerError } from "../kafka/broker.ts";
import type { Connection } from "../kafka/connection.ts";
import { type ConfigValue, setConfigs } from "../kafka/set-configs.ts";
import { showInvisible } from "../machine/visible-text.ts";

/**
 * Sets the replication throttle of a topic again once the engine has updated the topic: the provider writes all configs of a
 * topic with each update, and waits until the topic has no others. A resource hook of the engine would do the same, but the
 * engine writes hooks to the state, in a format that earlier versions refuse.
 * @param updated resolves when the engine has updated the topic
 */
export function keepThrottle(
  updated: pulumi.Output<unknown>,
  throttle: readonly ConfigValue[],
  connection: Connection,
): void {
  const [topic] = throttle.map((config) => config.topic);
  const configs = throttle.map(({ key, expected }) => `${key}=${expected}`).join(", ");
  // Before the update, so that the values are known if it is killed.
  void pulumi.log.info(
    showInvisible(`${topic}: after its update, the replication throttle is set again: ${configs}`),
  );
  updated.apply(async () => {
    const reasons = await setConfigs(connection, throttle).then(
      (refusals) => [...refusals.values()].map(({ words }) => words),
      (error) => {
        if (!isBrokerError(error)) throw error;
        return [error.message];
      },
    );
    if (reasons.length === 0) return;
    const problem = `${topic}: the replication throttle could not be set again: ${reasons.join("; ")}. It was: ${configs}`;
    throw new pulumi.RunError(showInvisible(problem));
  });
}
