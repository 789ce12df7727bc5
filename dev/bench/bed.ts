import { join } from "node:path";
import { Cluster } from "../cluster/cluster.ts";
import { findNodePorts } from "../cluster/node-ports.ts";
import { SmallestProgram } from "./columns/smallest-program.ts";
import { Terraform } from "./columns/terraform.ts";
import { ThisProgram } from "./columns/this-program.ts";
import { say } from "./journal.ts";

/** A cluster, and the programs that are measured on it. */
export type Bed = {
  readonly cluster: Cluster;
  readonly program: ThisProgram;
  /** A copy of the program without a catalogue, which has deployed nothing. */
  readonly adopter: ThisProgram;
  readonly smallest: SmallestProgram;
  /** Absent if Terraform is not compared or not installed. */
  readonly terraform?: Terraform | undefined;
};

/** With the heap of a local cluster, brokers with 5,000 topics do little but collect garbage. */
const jvmFlags = ["-Xms256m", "-Xmx2g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

/** Brokers remove the files of a deleted topic at once; a later removal would slow down the next measurement. */
const settings = { "log.segment.delete.delay.ms": "0", "log.initial.task.delay.ms": "100" };

/**
 * Starts the cluster and creates the programs, each in its own folder.
 * @param isCompared whether to compare Terraform, if it is installed: its provider takes minutes to build
 */
export async function makeBed(folder: string, isCompared: boolean): Promise<Bed> {
  const cluster = new Cluster(join(folder, "cluster"), await findNodePorts(3), { settings, jvmFlags });
  await cluster.start();
  const servers = cluster.bootstrapServers;
  say(`${servers.length} brokers at ${servers.join(", ")}`);
  const program = await ThisProgram.create(join(folder, "program"), servers);
  const adopter = await ThisProgram.create(join(folder, "adopter"), servers);
  const smallest = await SmallestProgram.create(join(folder, "smallest"), servers);
  const terraform = isCompared ? await Terraform.create(join(folder, "terraform"), servers) : undefined;
  return { cluster, program, adopter, smallest, terraform };
}
