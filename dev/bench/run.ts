import { join } from "node:path";
import { exitCodes, runCommand } from "../../machine/command.ts";
import { root } from "../../machine/paths.ts";
import { setUp } from "../../machine/set-up.ts";
import { makeBed } from "./bed.ts";
import { makeTopics } from "./bench-topics.ts";
import { chooseParallelism, measureCost, measureReal } from "./cost.ts";
import { estimateMinutes } from "./estimate.ts";
import { Journal, say } from "./journal.ts";
import { describeMachine } from "./machine.ts";
import { operationsOf, type Plan, readPlan, sections } from "./plan.ts";
import { readRealTopics } from "./real-topics.ts";
import { renderRatios, renderTargets, renderTimes } from "./report/tables.ts";
import { writeReport, writeReportFolder } from "./report/write-report.ts";
import { type Results, readResults } from "./results.ts";
import { makeRunFolder } from "./run-folder.ts";
import { measureGrowth } from "./scale/growth.ts";
import { tryLimits } from "./scale/limits.ts";
import { measureStart } from "./start.ts";
import { measureThroughput } from "./throughput/throughput.ts";

const ownFolder = join(root, "dev", "bench");

/** How many topics Terraform's parallelism is chosen with, unless all sizes are smaller. */
const trialTopics = 200;

await runCommand({
  help: `Usage: npm run bench -- [--sizes NUMBERS] [--runs NUMBER] [--only SECTIONS] [--quick] [--report] [--out FOLDER]

Measures what topics cost: previews, updates, review, smoke suite, drift and adopt, compared with the minimum that they
need and, if it is installed, with Terraform; and what more topics cost the brokers. Starts its own clusters. Writes
each result to dev/bench/results.json as soon as it is measured, and updates the README and docs/scale.md.

  --sizes NUMBERS  the numbers of topics (10,50,200,1000)
  --runs NUMBER    how often to measure each operation (5)
  --only SECTIONS  some of ${sections.join(", ")} (all but scale)
  --quick          measures everything once, with 2 topics
  --report         measures nothing, but renders the results again
  --out FOLDER     writes results, tables and pictures to this folder instead of this repository
`,
  options: {
    sizes: { type: "string" },
    runs: { type: "string" },
    only: { type: "string" },
    quick: { type: "boolean" },
    report: { type: "boolean" },
    out: { type: "string" },
  },
  run: async ({ out, report = false, ...flags }) => {
    const plan = readPlan(flags);
    const file = join(out ?? ownFolder, "results.json");
    const results = report ? readResults(file) : await measure(plan, file);
    if (!results) throw new Error(`${file} is missing: nothing was measured yet.`);
    await (out === undefined ? writeReport(results) : writeReportFolder(results, out));
    process.stdout.write(
      [renderTimes(results), renderRatios(results), renderTargets(results)]
        .map((table) => `\n${table}\n`)
        .join(""),
    );
    return exitCodes.success;
  },
});

async function measure(plan: Plan, file: string): Promise<Results> {
  say(`About ${estimateMinutes(plan)} minutes on 2 cores. Ctrl-C ends it, and keeps what was measured.`);
  await setUp("engine", "kafka");
  const { folder, remove } = makeRunFolder();
  try {
    const journal = new Journal(file, describeMachine());
    await measureSections(plan, folder, journal);
    return journal.results;
  } finally {
    remove();
  }
}

async function measureSections(plan: Plan, folder: string, journal: Journal): Promise<void> {
  const { only, sizes, runs } = plan;
  const wanted = new Set([...only].flatMap((section) => operationsOf[section] ?? []));
  const isMeasuredOnBed = wanted.size > 0 || only.has("real") || only.has("scale");
  if (isMeasuredOnBed) {
    const bed = await makeBed(folder, plan.isTerraformWanted);
    if (wanted.has("up all new") || only.has("real"))
      await chooseParallelism(bed, journal, makeTopics(Math.min(trialTopics, sizes.at(-1) ?? trialTopics)));
    for (const size of wanted.size > 0 ? sizes : [])
      await measureCost(bed, journal, makeTopics(size), { wanted, runs });
    if (only.has("real")) await measureReal(bed, journal, readRealTopics().slice(0, plan.realTopics), runs);
    if (only.has("scale")) {
      await measureGrowth(bed, journal, plan.scaleSizes, runs);
      await tryLimits(bed, journal, plan.limitTopics);
    }
    await bed.cluster.stop("SIGKILL");
  }
  if (only.has("start")) await measureStart(folder, journal, runs);
  if (only.has("throughput")) await measureThroughput(folder, journal, plan.loads);
}
