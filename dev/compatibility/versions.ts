import { join } from "node:path";
import { kafkaJarsList } from "../../machine/paths.ts";
import { readKafkaVersion } from "../../machine/toolchain/kafka.ts";

const listOf = (version: string) => join(import.meta.dirname, `kafka-${version}.sha256`);

/**
 * The versions of Kafka that are tested, oldest first, each with the list of its jars: the first release with tiered storage,
 * the last one before Kafka 4, and that of the local cluster.
 */
export const jarsLists: ReadonlyMap<string, string> = new Map([
  ["3.6.2", listOf("3.6.2")],
  ["3.9.1", listOf("3.9.1")],
  [readKafkaVersion(), kafkaJarsList],
]);
