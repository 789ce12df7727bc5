import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { kafkaJars } from "../../../machine/paths.ts";
import { runTool } from "../../../machine/toolchain/run-tool.ts";

const classPath = join(kafkaJars, "*");
const recordBytes = 1_000;
const consumerTimeoutMs = 60_000;

/** What Kafka's ProducerPerformance measured after its warm-up. */
export type Produced = {
  readonly recordsPerSecond: number;
  readonly mebibytesPerSecond: number;
  /** 99 of 100 records were acknowledged within this time. */
  readonly latencyMs99: number;
  /** The mean size of a batch: many records for one partition at once make batches large. */
  readonly batchBytes: number;
};

/** Writes records with acks=all as fast as possible, to each topic in turn, with Kafka's ProducerPerformance. */
export async function produce(
  servers: readonly string[],
  records: number,
  topics: number,
): Promise<Produced> {
  const properties = ["acks=all", "interceptor.classes=SpreadOverTopics", `spread.topics=${topics}`];
  const said = await runTool("java", [
    ...["-cp", classPath, join(import.meta.dirname, "SpreadOverTopics.java")],
    ...["--bootstrap-server", servers.join(","), "--topic", "bench-00000", "--throughput", "-1"],
    ...["--num-records", String(records), "--warmup-records", String(records / 5)],
    ...["--record-size", String(recordBytes), "--print-metrics", "--command-property", ...properties],
  ]);
  const [, recordsPerSecond, mebibytesPerSecond, latencyMs99] = match(
    said,
    /steady state records sent, ([\d.]+) records\/sec \(([\d.]+) MB\/sec\),.* (\d+) ms 99th/,
  );
  const [, batchBytes] = match(said, /producer-metrics:batch-size-avg:\S*\s*: ([\d.]+)/);
  return {
    recordsPerSecond: Number(recordsPerSecond),
    mebibytesPerSecond: Number(mebibytesPerSecond),
    latencyMs99: Number(latencyMs99),
    batchBytes: Number(batchBytes),
  };
}

/** What Kafka's ConsumerPerformance measured, without the time that the group took to form. */
export type Consumed = { readonly recordsPerSecond: number; readonly mebibytesPerSecond: number };

/** Reads records of all topics from the beginning, with Kafka's ConsumerPerformance. */
export async function consume(servers: readonly string[], records: number): Promise<Consumed> {
  const said = await runTool("java", [
    ...["-cp", classPath, "org.apache.kafka.tools.ConsumerPerformance"],
    ...["--bootstrap-server", servers.join(","), "--include", "bench-\\d+", "--group", randomUUID()],
    ...["--num-records", String(records), "--timeout", String(consumerTimeoutMs), "--hide-header"],
  ]);
  const fields = said.trim().split("\n").at(-1)?.split(", ") ?? [];
  const [mebibytesPerSecond, recordsPerSecond] = fields.slice(-2).map(Number);
  if (!mebibytesPerSecond || !recordsPerSecond) throw new Error(`ConsumerPerformance said:\n${said}`);
  return { recordsPerSecond, mebibytesPerSecond };
}

function match(text: string, pattern: RegExp): RegExpExecArray {
  const found = pattern.exec(text);
  if (!found) throw new Error(`ProducerPerformance said:\n${text.split("\n").slice(-20).join("\n")}`);
  return found;
}
