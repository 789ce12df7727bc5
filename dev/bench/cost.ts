import { rmSync } from "node:fs";
import { join } from "node:path";
import type { TopicSpec } from "../../kafka/topic.ts";
import { localFolder } from "../../machine/paths.ts";
import { runTool } from "../../machine/toolchain/run-tool.ts";
import type { Bed } from "./bed.ts";
import { createTopics, deleteTopics } from "./cluster-topics.ts";
import type { Column as Program } from "./columns/column.ts";
import { type Contestant, compare } from "./compare.ts";
import { type Journal, say } from "./journal.ts";
import type { Column, Operation } from "./results.ts";

/** The usual smoke test is slow, and more topics would show nothing new: each takes as long as the one before. */
const mostGroups = 200;

/** What to measure for each number of topics, first with an empty state, then with everything deployed. */
export type CostOptions = {
  readonly wanted: ReadonlySet<Operation>;
  readonly runs: number;
};

/** Measures what operations cost with these topics, next to what they are compared with. */
export async function measureCost(
  bed: Bed,
  journal: Journal,
  topics: readonly TopicSpec[],
  { wanted, runs }: CostOptions,
): Promise<void> {
  const measure = async (operation: Operation, contestants: readonly Contestant[]) => {
    if (wanted.has(operation))
      await compare(journal, { operation, topics: topics.length, runs }, contestants);
  };
  const isWanted = (...some: Operation[]) => some.some((operation) => wanted.has(operation));
  const programs = programsOf(bed);

  await deleteTopics(bed.cluster);
  for (const { program } of programs) {
    program.declare(topics);
    program.reset();
  }
  await measure(
    "preview all new",
    programs.map(({ column, program }) => ({ column, run: () => program.preview("changes") })),
  );
  await measure("review", [{ column: "this program", run: () => bed.program.run("review") }]);
  await measure("up all new", upsOf(bed, topics));

  if (!isWanted("preview unchanged", "up unchanged", "smoke", "drift", "adopt")) return;
  for (const { program } of programs) {
    await deleteTopics(bed.cluster);
    await program.assumeDeployed(topics);
  }
  await deleteTopics(bed.cluster);
  await createTopics(bed.cluster, topics);
  await measure(
    "preview unchanged",
    programs.map(({ column, program }) => ({ column, run: () => program.preview("no changes") })),
  );
  await measure(
    "up unchanged",
    programs.map(({ column, program }) => ({ column, run: () => program.up() })),
  );
  await measure("smoke", [
    { column: "this program", run: () => bed.program.run("smoke") },
    { column: "dry run", run: () => bed.program.run("smoke", ["--dry-run"]) },
    { column: "bare protocol", run: () => runFloor(bed, "bare-requests.ts", "smoke") },
    ...(topics.length <= mostGroups
      ? [{ column: "group per topic" as const, run: () => runFloor(bed, "group-per-topic.ts") }]
      : []),
  ]);
  const read: Contestant = { column: "bare protocol", run: () => runFloor(bed, "bare-requests.ts", "read") };
  await measure("drift", [{ column: "this program", run: () => bed.program.run("drift") }, read]);
  await measure("adopt", [{ column: "this program", prepare, run: () => bed.adopter.run("adopt") }, read]);

  async function prepare(): Promise<void> {
    rmSync(join(bed.adopter.folder, "infra", "topics", "adopted.ts"), { force: true });
  }
}

/** Finds the parallelism at which Terraform is fastest, and keeps it. */
export async function chooseParallelism(
  { cluster, terraform }: Bed,
  journal: Journal,
  topics: readonly TopicSpec[],
): Promise<void> {
  if (!terraform) return;
  terraform.declare(topics);
  let best = Number.POSITIVE_INFINITY;
  let chosen = terraform.parallelism;
  for (const parallelism of [10, 64, 256]) {
    await deleteTopics(cluster);
    terraform.reset();
    terraform.parallelism = parallelism;
    const { durationMs } = await terraform.up();
    say(
      `  Terraform, ${topics.length} topics, -parallelism=${parallelism}: ${(durationMs / 1000).toFixed(2)} s`,
    );
    if (durationMs < best) [best, chosen] = [durationMs, parallelism];
  }
  terraform.parallelism = chosen;
  journal.recordParallelism(chosen);
}

/** Measures the creation of topics that differ from each other. */
export async function measureReal(
  bed: Bed,
  journal: Journal,
  topics: readonly TopicSpec[],
  runs: number,
): Promise<void> {
  for (const { program } of programsOf(bed)) program.declare(topics);
  await compare(journal, { operation: "up of real topics", topics: topics.length, runs }, upsOf(bed, topics));
}

/** All ways to create these declared topics. Each starts on a cluster without any of them. */
function upsOf(bed: Bed, topics: readonly TopicSpec[]): Contestant[] {
  const { cluster } = bed;
  return [
    {
      column: "batch create",
      prepare: () => deleteTopics(cluster),
      run: async () => ({ durationMs: await createTopics(cluster, topics) }),
    },
    ...programsOf(bed).map(({ column, program }) => ({
      column,
      prepare: async () => {
        await deleteTopics(cluster);
        program.reset();
      },
      run: () => program.up(),
    })),
  ];
}

function programsOf({ program, smallest, terraform }: Bed): { column: Column; program: Program }[] {
  return [
    { column: "this program", program },
    { column: "smallest program", program: smallest },
    ...(terraform ? [{ column: "Terraform" as const, program: terraform }] : []),
  ];
}

async function runFloor({ cluster }: Bed, file: string, ...work: string[]): Promise<{ durationMs: number }> {
  const args = [
    join(import.meta.dirname, "floors", file),
    ...work,
    cluster.bootstrapServers.join(","),
    "bench-",
  ];
  const env = { NODE_COMPILE_CACHE: join(localFolder, "compile-cache") };
  return JSON.parse(await runTool("node", ["--disable-warning=TimeoutNegativeWarning", ...args], { env }));
}
