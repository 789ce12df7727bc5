import { join } from "node:path";
import { testJars } from "../../machine/toolchain/kafka.ts";
import { replicasOf } from "./server-properties.ts";

/**
 * Returns the broker settings of tiered storage (KIP-405) with Kafka's own `LocalTieredStorage`. The clients of its
 * metadata topic connect to the client ports; if these use TLS, their settings begin with `metadataClient`.
 * @param jars the folder of Kafka's jars
 * @param folder to which all brokers copy their segments
 * @param brokers how many there are
 */
export function tieredStorageSettings(jars: string, folder: string, brokers: number): Record<string, string> {
  return {
    "remote.log.storage.system.enable": "true",
    "remote.log.storage.manager.class.name": "org.apache.kafka.server.log.remote.storage.LocalTieredStorage",
    "remote.log.storage.manager.class.path": join(jars, testJars, "*"),
    "rsm.config.dir": folder,
    "remote.log.metadata.manager.listener.name": "CLIENT",
    "rlmm.config.remote.log.metadata.topic.replication.factor": String(replicasOf(brokers)),
    // By default 50, which each broker opens when it starts.
    "rlmm.config.remote.log.metadata.topic.num.partitions": "1",
  };
}

/** The prefix of settings for the clients that read and write the metadata of remote segments. */
export const metadataClient = "rlmm.config.remote.log.metadata.common.client.";
