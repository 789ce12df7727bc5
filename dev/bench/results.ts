import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

/** The operations that are measured as the number of topics grows, in the order of the report. */
export const operations = [
  "preview unchanged",
  "preview all new",
  "review",
  "up all new",
  "up unchanged",
  "smoke",
  "drift",
  "adopt",
  "start unchanged",
  "up of real topics",
] as const;
export type Operation = (typeof operations)[number];

/** What performs an operation: this program, or what it is compared with. */
export const columns = [
  "this program",
  "dry run",
  "smallest program",
  "Terraform",
  "batch create",
  "group per topic",
  "bare protocol",
] as const;
export type Column = (typeof columns)[number];

const cell = z.strictObject({
  operation: z.enum(operations),
  column: z.enum(columns),
  topics: z.int(),
  durationsMs: z.array(z.number()),
  /** For each run: all its processes that ran at the same time. */
  treeMiB: z.array(z.number()),
  /** For each run: its largest process. */
  largestProcessMiB: z.array(z.number()),
  measuredAt: z.iso.datetime(),
});

/** An operation with a number of topics, as one column performs it. */
export type Cell = z.output<typeof cell>;

const load = z.strictObject({
  topics: z.int(),
  partitions: z.int(),
  replicationFactor: z.int(),
  producedPerSecond: z.array(z.number()),
  producedMiBPerSecond: z.array(z.number()),
  latencyMs99: z.array(z.number()),
  batchBytes: z.array(z.number()),
  consumedPerSecond: z.array(z.number()),
  consumedMiBPerSecond: z.array(z.number()),
  openFiles: z.number(),
  memoryMaps: z.number(),
  heapMiB: z.number(),
  restartMs: z.number(),
  measuredAt: z.iso.datetime(),
});

/** A cluster under load: what the same bytes cost on a given number of topics. */
export type Load = z.output<typeof load>;

/** The operations that are measured on one stack as it grows. */
export const scaleOperations = [
  "preview unchanged",
  "smallest program: preview unchanged",
  "preview all new",
  "smallest program: preview all new",
  "up unchanged",
  "up of 20 more",
  "smoke",
  "drift",
  "adopt",
] as const;
export type ScaleOperation = (typeof scaleOperations)[number];

const scalePoint = z.strictObject({
  topics: z.int(),
  measured: z.array(
    z.strictObject({
      operation: z.enum(scaleOperations),
      durationsMs: z.array(z.number()),
      /** The peak of all its processes that ran at the same time. */
      treeMiB: z.number(),
    }),
  ),
  /** The size of the backend's file. */
  stateBytes: z.number(),
  outputBytes: z.number(),
  reviewCharacters: z.number(),
  smokeReportBytes: z.number(),
  measuredAt: z.iso.datetime(),
});

/** A stack with a number of topics, each with one replica. */
export type ScalePoint = z.output<typeof scalePoint>;

const limitTrial = z.strictObject({ limit: z.string(), tried: z.string(), observed: z.string() });

/** What happened at a limit. */
export type LimitTrial = z.output<typeof limitTrial>;

const machine = z.strictObject({
  processor: z.string(),
  cores: z.int(),
  memoryGiB: z.number(),
  system: z.string(),
  node: z.string(),
  java: z.string(),
  pulumi: z.string(),
  kafka: z.string(),
  terraform: z.string().optional(),
  terraformParallelism: z.int().optional(),
});

/** The machine of the measurements. */
export type Machine = z.output<typeof machine>;

const results = z.strictObject({
  version: z.literal(1),
  machine,
  cells: z.array(cell),
  loads: z.array(load),
  scale: z.array(scalePoint),
  limits: z.array(limitTrial),
});

/** Everything that the benchmark has measured on one machine. */
export type Results = z.output<typeof results>;

/** @returns undefined if nothing has been measured yet */
export function readResults(file: string): Results | undefined {
  return existsSync(file) ? results.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
}

/** Writes all results atomically: an interrupted run leaves the earlier ones. */
export function writeResults(file: string, all: Results): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(all, null, 2)}\n`);
  renameSync(unfinished, file);
}
