import { isBrokerError } from "../../kafka/broker.ts";
import { readLiveConfigs } from "../../kafka/live-configs.ts";
import { type ConfigValue, setConfigs } from "../../kafka/set-configs.ts";
import { say } from "../../pulumi/say.ts";
import { readStackConnection } from "../../pulumi/stack-config.ts";

/** Finds which of these throttles are still set; all, if the cluster does not answer. */
export async function findSet(
  stack: string,
  throttles: readonly ConfigValue[],
): Promise<readonly ConfigValue[]> {
  if (throttles.length === 0) return throttles;
  const connection = await readStackConnection(stack);
  const topics = new Set(throttles.map(({ topic }) => topic));
  const read = await readLiveConfigs(connection, [...topics]).catch((error) => {
    if (!isBrokerError(error)) throw error;
  });
  return read
    ? throttles.filter(({ topic, key }) => read.configs.get(topic)?.own.has(key) !== false)
    : throttles;
}

/**
 * Sets replication throttles again that an update has removed, if it failed or was killed before the program could do so. Reports
 * those that cannot be set.
 */
export async function restoreThrottles(stack: string, throttles: readonly ConfigValue[]): Promise<void> {
  const describe = (lost: readonly ConfigValue[]) =>
    lost.map(({ topic, key, expected }) => `${topic}: ${key}=${expected}`).join("\n  ");
  try {
    const connection = await readStackConnection(stack);
    const topics = new Set(throttles.map(({ topic }) => topic));
    const { configs } = await readLiveConfigs(connection, [...topics]);
    const lost = throttles.filter(({ topic, key }) => configs.get(topic)?.own.has(key) === false);
    if (lost.length === 0) return;
    const refusals = await setConfigs(connection, lost);
    const refused = lost.filter(({ topic }) => refusals.has(topic));
    const restored = lost.filter(({ topic }) => !refusals.has(topic));
    if (restored.length > 0) say(`These replication throttles were set again:\n  ${describe(restored)}`);
    if (refused.length > 0)
      say(`These replication throttles must be set again by hand:\n  ${describe(refused)}`);
  } catch (error) {
    if (!isBrokerError(error)) throw error;
    say(`These replication throttles may have to be set again by hand:\n  ${describe(throttles)}`);
  }
}
