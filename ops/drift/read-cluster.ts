import { askBroker } from "../../kafka/broker.ts";
import type { Connection } from "../../kafka/connection.ts";
import { requireController } from "../../kafka/controller.ts";
import { readConfiguredTopics, readLiveCluster } from "../../kafka/live-cluster.ts";
import { withMoves } from "../../kafka/moves.ts";
import { electionMs } from "../../kafka/retry.ts";

/** Reads everything from one broker that reaches a controller: the metadata of another broker may be out of date. */
export function readCluster(connection: Connection, names: readonly string[]) {
  // All bootstrap servers together, because none of them answers differently while there is no controller.
  const until = performance.now() + electionMs;
  return askBroker(connection, async (broker) => {
    await requireController(broker, undefined, { until });
    // Only topics that are requested by name are reported as forbidden; only a request without names returns all topics.
    const asked = await withMoves(connection, await readConfiguredTopics(broker, names));
    return { asked, all: await readLiveCluster(broker) };
  });
}
