import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { TopicSpec } from "../../../kafka/topic.ts";
import type { Bed } from "../bed.ts";
import { makeTopics } from "../bench-topics.ts";
import { createTopics, deleteTopics } from "../cluster-topics.ts";
import { type Journal, say } from "../journal.ts";
import type { ScaleOperation } from "../results.ts";
import type { Measured } from "../run-measured.ts";
import { added } from "./extrapolate.ts";

const oneReplica = { replicationFactor: 1 };

/** A slower operation is measured only once. */
const longRunMs = 20_000;

/** Measures our commands and the engine with a growing number of topics in one stack, each with one replica. */
export async function measureGrowth(
  bed: Bed,
  journal: Journal,
  sizes: readonly number[],
  runs: number,
): Promise<void> {
  for (const size of sizes) {
    say(`A stack of ${size} topics`);
    await measureStack(bed, journal, size, runs);
  }
}

async function measureStack(bed: Bed, journal: Journal, size: number, runs: number): Promise<void> {
  const { cluster, program, adopter, smallest } = bed;
  const topics = makeTopics(size, oneReplica);
  const measured = new Map<ScaleOperation, Measured[]>();
  const measure = async (operation: ScaleOperation, run: () => Promise<Measured>, mostRuns = runs) => {
    const own: Measured[] = [];
    do {
      const outcome = await run();
      own.push(outcome);
      say(`  ${operation}, ${size} topics: ${(outcome.durationMs / 1000).toFixed(2)} s`);
    } while (own.length < mostRuns && (own[0]?.durationMs ?? 0) < longRunMs);
    measured.set(operation, own);
  };

  for (const one of [program, smallest]) {
    await deleteTopics(cluster);
    await one.assumeDeployed(topics);
    one.reset();
  }
  await deleteTopics(cluster);
  await measure("preview all new", () => program.preview("changes"));
  await measure("smallest program: preview all new", () => smallest.preview("changes"));
  await createTopics(cluster, topics);
  for (const one of [program, smallest]) await one.assumeDeployed(topics);
  await measure("preview unchanged", () => program.preview("no changes"));
  await measure("smallest program: preview unchanged", () => smallest.preview("no changes"));
  await measure("up unchanged", () => program.up());
  await measure("smoke", () => program.run("smoke"));
  await measure("drift", () => program.run("drift"));
  await measure("adopt", () => {
    rmSync(join(adopter.folder, "infra", "topics", "adopted.ts"), { force: true });
    return adopter.run("adopt");
  });
  const sizesOfOutputs = await measureOutputs(bed, topics);
  // Last, because the new topics stay on the cluster.
  program.declare(makeTopics(size + added, oneReplica));
  await measure("up of 20 more", () => program.up(), 1);
  journal.recordScale({
    topics: size,
    measured: [...measured].map(([operation, own]) => ({
      operation,
      durationsMs: own.map(({ durationMs }) => Math.round(durationMs)),
      treeMiB: Math.round(Math.max(0, ...own.map(({ memory }) => memory?.treeMiB ?? 0))),
    })),
    ...sizesOfOutputs,
    measuredAt: new Date().toISOString(),
  });
}

const stackOutputs = z.object({ topics: z.record(z.string(), z.unknown()) });

/** Measures what grows with the topics and is read elsewhere: state, outputs, pull request comment and smoke report. */
async function measureOutputs({ program }: Bed, topics: readonly TopicSpec[]) {
  const { stdout } = await program.run("pulumi", ["stack", "output", "--json"]);
  const reported = Object.keys(stackOutputs.parse(JSON.parse(stdout)).topics).length;
  if (reported !== topics.length) throw new Error(`The outputs have ${reported} of ${topics.length} topics.`);
  // The longest review: every topic would be replaced, and has its own row.
  program.declare(topics.map((topic) => ({ ...topic, partitions: topic.partitions - 1 })));
  const file = join(program.folder, "review.md");
  await program.run("review", ["--markdown", file], [2]);
  program.declare(topics);
  return {
    stateBytes: statSync(program.state.file).size,
    outputBytes: Buffer.byteLength(stdout),
    reviewCharacters: readFileSync(file, "utf8").length,
    smokeReportBytes: statSync(join(program.folder, "smoke-report", "results.json")).size,
  };
}
