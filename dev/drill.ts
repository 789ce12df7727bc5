import { mkdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Listr, type ListrTask } from "listr2";
import { exitCodes, reportError, runCommand } from "../machine/command.ts";
import { watchInterrupts } from "../machine/interrupts.ts";
import { withLock } from "../machine/lock.mjs";
import { writeOutputs } from "../machine/output.ts";
import { localFolder, root } from "../machine/paths.ts";
import { writeReport } from "../machine/report-file.ts";
import { setUp } from "../machine/set-up.ts";
import { rendering } from "../machine/task-list.ts";
import { readSelection, selectionOptions } from "../ops/selection.ts";
import { withDrillCluster } from "./drill/drill-cluster.ts";
import type { RunTask } from "./drill/drill-run.ts";
import { drawTimeline } from "./drill/picture.ts";
import { renderJson, renderResult } from "./drill/render.ts";
import { type DrillRecord, runDrill } from "./drill/run-drill.ts";
import { isScenario, type Scenario, scenarioNames } from "./drill/scenarios.ts";
import { ownTopics, readDeclaredTopics } from "./drill/topics.ts";

const defaultObserveSeconds = 3;
const defaultPicture = join(root, "drill-report", "timeline.svg");

const { signal, exitCode: interruptedWith } = watchInterrupts();

await runCommand({
  help: `Usage: npm run drill -- [--scenario NAME]... [--topic GLOB]... [--exclude GLOB]... [--observe SECONDS]
                        [--json [FILE]] [--svg FILE] [--verbose]

Shows what survives when brokers fail: starts its own cluster on this machine, sends records to every partition of the
catalogue's topics and of four drill.* topics (acks=all, idempotent), takes brokers down meanwhile, and reads every
acknowledged record back. Removes the cluster at the end, also after Ctrl-C, and touches no other cluster.

  --scenario NAME    only this one; can be repeated: ${scenarioNames.join(", ")}
  --topic GLOB       only topics of the catalogue whose name matches; * stands for any characters; can be repeated
  --exclude GLOB     excludes topics whose name matches; can be repeated
  --observe SECONDS  how long records flow in each state of the brokers (${defaultObserveSeconds})
  --json [FILE]      prints the result as JSON, or writes it to a file
  --svg FILE         writes the timeline to this file (${relative(root, defaultPicture)})
  --verbose          lists every topic, even if many have the same finding

Exits with 0 if Kafka kept its promises. Exits with 1 if an acknowledged record is missing (unless its topic allows that
with unclean.leader.election.enable), if another promise was broken, or if the drill could not run.
`,
  options: {
    scenario: { type: "string", multiple: true },
    ...selectionOptions,
    observe: { type: "string", default: String(defaultObserveSeconds) },
    json: { type: "string" },
    svg: { type: "string", default: defaultPicture },
    verbose: { type: "boolean" },
  },
  outputs: ["json"],
  run: async (values) => {
    const { isSelected, checkGlobs } = readSelection(values);
    const scenarios = readScenarios(values.scenario ?? scenarioNames);
    const seconds = Number(values.observe);
    if (!(seconds > 0 && seconds <= 600))
      throw new Error(`--observe: given ${values.observe}, allowed: seconds, up to 600`);
    await setUp("kafka");
    const perform = () =>
      withDrillCluster(async (cluster) => {
        const declared = await readDeclaredTopics(cluster.bootstrapServers);
        checkGlobs(declared.map(({ name }) => name));
        const topics = [...declared.filter(({ name }) => isSelected(name)), ...ownTopics];
        return runDrill({ cluster, topics, scenarios, observeMs: seconds * 1000, signal, runTask });
      });
    const { result, recording } = await withLock(join(localFolder, "locks", "drill"), perform, (pid) =>
      process.stderr.write(`Another drill (process ${pid}) is at work; waiting for it ...\n`),
    );
    const isWritten = writeOutputs(values, {
      text: () => renderResult(result, values.verbose ?? false),
      json: () => renderJson(result),
    });
    const isDrawn = await writePicture(values.svg, recording);
    return result.verdict === "passed" && isWritten && isDrawn ? exitCodes.success : exitCodes.failure;
  },
});
process.exitCode = interruptedWith() ?? process.exitCode ?? 0;

/** Shows one task after the other, because the next one depends on the brokers. */
async function runTask(...[title, work]: Parameters<RunTask>): Promise<void> {
  const task: ListrTask = {
    title,
    task: async (_, shown) => {
      shown.title = await work((progress) => {
        shown.output = progress;
      });
    },
  };
  await new Listr([task], { ...rendering, registerSignalListeners: false }).run();
}

/** @throws Error if a name matches no scenario */
function readScenarios(names: readonly string[]): Scenario[] {
  const unknown = names.find((name) => !isScenario(name));
  if (unknown !== undefined)
    throw new Error(`--scenario: given ${unknown}, allowed: ${scenarioNames.join(", ")}`);
  return scenarioNames.filter((name) => names.includes(name));
}

/** @returns whether the picture could be written */
async function writePicture(file: string, recording: DrillRecord["recording"]): Promise<boolean> {
  const svg = await drawTimeline(recording);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeReport("--svg", file, svg);
    process.stderr.write(`Timeline: ${relative(process.cwd(), file)}\n`);
    return true;
  } catch (error) {
    reportError(error);
    return false;
  }
}
