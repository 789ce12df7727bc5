import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { reportError } from "../../machine/command.ts";
import { pulumiBin, root } from "../../machine/paths.ts";
import { setUp } from "../../machine/set-up.ts";
import { runTool } from "../../machine/toolchain/run-tool.ts";
import { updateFlags } from "../../pulumi/cli.ts";
import { prepare } from "../../pulumi/environment.ts";
import { localCluster } from "../cluster/local.ts";

const highestRatio = 1.15;

const help = `Usage: npm run bench -- [--topics NUMBER] [--runs NUMBER]

Measures what the rules and the preflight add to a preview of unchanged topics: this program against the barest one
that declares the same topics, run by turns on the local cluster. Leaves nothing behind.

  --topics NUMBER  how many topics (200)
  --runs NUMBER    of each program (9)

Exits with 1 when the median is more than ${Math.round((highestRatio - 1) * 100)} % above that of the barest program.
`;

const engineFlags = ["--non-interactive", ...updateFlags];

/** A Pulumi program in a folder of its own, deployed once. */
class Program {
  readonly title: string;
  readonly durationsMs: number[] = [];
  readonly #folder: string;

  constructor(title: string, folder: string, files: Record<string, string>) {
    this.title = title;
    this.#folder = folder;
    mkdirSync(join(folder, "state"), { recursive: true });
    cpSync(join(root, "package.json"), join(folder, "package.json"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    const config = { "kafka:bootstrapServers": localCluster.bootstrapServers, "kafka:tlsEnabled": "false" };
    writeFileSync(join(folder, "Pulumi.bench.yaml"), JSON.stringify({ config }));
  }

  async run(...args: string[]): Promise<string> {
    const env = {
      ...(await prepare("bench")),
      PULUMI_BACKEND_URL: pathToFileURL(join(this.#folder, "state")).href,
      PULUMI_CONFIG_PASSPHRASE: "",
    };
    return runTool(join(pulumiBin, "pulumi"), args, { cwd: this.#folder, env });
  }

  async preview(): Promise<void> {
    const start = performance.now();
    await this.run("preview", "--expect-no-changes", ...engineFlags);
    this.durationsMs.push(performance.now() - start);
  }
}

function makePrograms(folder: string, topics: number): Program[] {
  const topic = { partitions: 3, replicationFactor: 2 };
  const config = { "cleanup.policy": "delete", "retention.ms": 3_600_000 };
  const barest = `import * as kafka from "@pulumi/kafka";
const config = { "cleanup.policy": "delete", "retention.ms": "3600000" };
for (let index = 0; index < ${topics}; index++) {
  const name = "bench-barest-" + index;
  new kafka.Topic(name, { name, partitions: 3, replicationFactor: 2, config });
}
`;
  const [ours, theirs] = [join(folder, "this-program"), join(folder, "barest")];
  for (const room of ["infra", "kafka"]) cpSync(join(root, room), join(ours, room), { recursive: true });
  cpSync(join(root, "Pulumi.yaml"), join(ours, "Pulumi.yaml"));
  rmSync(join(ours, "infra", "topics"), { recursive: true });
  mkdirSync(join(ours, "infra", "topics"));
  const names = Array.from({ length: topics }, (_, index) => `bench-ours-${index}`);
  const catalogue = Object.fromEntries(names.map((name) => [name, { ...topic, config, protect: false }]));
  const file = join("infra", "topics", "bench.ts");
  const runtime = "runtime: { name: nodejs, options: { typescript: false } }";
  return [
    new Program("barest program", theirs, {
      "Pulumi.yaml": `name: barest\n${runtime}\nmain: index.ts\n`,
      "index.ts": barest,
    }),
    new Program("this program", ours, { [file]: `export const topics = ${JSON.stringify(catalogue)};\n` }),
  ];
}

async function bench(topics: number, runs: number): Promise<number> {
  await setUp("kafka");
  const started = await localCluster.start();
  const folder = mkdtempSync(join(tmpdir(), "kafka-topics-bench-"));
  const programs = makePrograms(folder, topics);
  const deployed: Program[] = [];
  try {
    for (const program of programs) {
      await program.run("stack", "init", "bench");
      deployed.push(program);
      await program.run("up", "--yes", "--skip-preview", ...engineFlags);
      // The first one fills the compile cache.
      await program.preview();
      program.durationsMs.length = 0;
    }
    for (let run = 0; run < runs; run++) for (const program of programs) await program.preview();
  } finally {
    const destroyed = await Promise.allSettled(
      deployed.map((program) => program.run("destroy", "--yes", "--skip-preview", ...engineFlags)),
    );
    if (destroyed.every(({ status }) => status === "fulfilled")) rmSync(folder, { recursive: true });
    else process.stderr.write(`Topics bench-… are left on the cluster, their state is in ${folder}.\n`);
    if (started > 0) await localCluster.stop();
  }
  const medians = programs.map(({ title, durationsMs }) => {
    const sorted = durationsMs.sort((a, b) => a - b);
    const [median = 0, first = 0, last = 0] = [sorted[sorted.length >> 1], sorted[0], sorted.at(-1)];
    const range = `${describe(first)} to ${describe(last)}`;
    const what = `${title}: preview of ${topics} unchanged topics`;
    process.stdout.write(`${what}, median ${describe(median)} (${range}), ${runs} runs\n`);
    return median;
  });
  const ratio = (medians[1] ?? 0) / (medians[0] ?? 1);
  process.stdout.write(`ratio ${ratio.toFixed(2)}, at most ${highestRatio}\n`);
  return ratio <= highestRatio ? 0 : 1;
}

function describe(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

try {
  const options = {
    topics: { type: "string", default: "200" },
    runs: { type: "string", default: "9" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options });
  const [topics, runs] = [Number(values.topics), Number(values.runs)];
  if (values.help) process.stdout.write(help);
  else if (![topics, runs].every((number) => Number.isInteger(number) && number >= 1))
    throw new Error("--topics and --runs: whole numbers from 1");
  else process.exitCode = await bench(topics, runs);
} catch (error) {
  process.exitCode = reportError(error);
}
