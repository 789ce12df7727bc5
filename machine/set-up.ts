import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { withLock } from "./lock.mjs";
import { isPipeline } from "./tool-environment.mjs";
import { classArchive } from "./toolchain/class-archive.ts";
import { engineParts } from "./toolchain/engine.ts";
import { kafkaParts } from "./toolchain/kafka.ts";
import type { Part } from "./toolchain/parts.ts";
import { terraformProviderParts } from "./toolchain/terraform-provider.ts";

const groups = {
  engine: { title: "Pulumi engine", parts: engineParts },
  kafka: { title: "Local Kafka", parts: [...kafkaParts, classArchive] },
  terraformProvider: { title: "Terraform, to compare with", parts: terraformProviderParts },
} as const;

/** How often a step shows its progress: often on a terminal, where it can overwrite the line. */
const progressMs = process.stderr.isTTY ? 1_000 : 15_000;

/** The name of a group, or a group that only one command needs. */
type Group = keyof typeof groups | { readonly title: string; readonly parts: readonly Part[] };

/**
 * Makes sure that the parts of the Pulumi engine or of Kafka are installed, and that their hashes are known. If so, it takes
 * a few milliseconds and prints nothing.
 * @throws Error in a pipeline if they are not, because its secrets must not be near a download or a build
 */
export async function setUp(...wanted: Group[]): Promise<void> {
  if (!isPipeline()) return install(...wanted);
  const [first] = (await findMissing(wanted)).flatMap(({ parts }) => parts);
  if (!first) return;
  const flag = wanted.includes("kafka") ? " -- --kafka" : "";
  throw new Error(
    `${first.title}: ${describeState(first)}. With CI set, only npm run set-up downloads and builds programs. Run ` +
      `npm run set-up${flag} before this command, in a step without secrets.`,
  );
}

/**
 * Installs the missing parts, also in a pipeline, and shows the progress.
 * @throws Error if a part cannot be installed, with the reason and what to install
 */
export async function install(...wanted: Group[]): Promise<void> {
  const groupsToMake = await findMissing(wanted);
  if (groupsToMake.length === 0) return;
  for (const part of groupsToMake.flatMap(({ parts }) => parts).filter(({ folder }) => existsSync(folder)))
    process.stderr.write(`${part.title}: ${describeState(part)}. It is not run, and replaced.\n`);

  const [{ Listr }, { rendering }] = await Promise.all([import("listr2"), import("./task-list.ts")]);
  const list = new Listr(
    groupsToMake.map(({ title, parts }) => ({
      title,
      task: (_, group) =>
        group.newListr(
          parts.map((part) => ({
            title: part.title,
            task: (_, task) =>
              makeWithProgress(part, (progress) => {
                task.output = progress;
              }),
          })),
          // In order, because the CLI installs the plugin.
          { concurrent: false, exitOnError: true },
        ),
    })),
    {
      concurrent: true,
      // If one group fails, the other is still finished before the command ends.
      exitOnError: false,
      ...rendering,
      collectErrors: true,
    },
  );
  await list.run();
  const first = list.errors?.[0];
  if (first) throw first.error;
}

async function findMissing(wanted: readonly Group[]) {
  const missing = await Promise.all(
    wanted.map(async (one) => {
      const { title, parts } = typeof one === "string" ? groups[one] : one;
      const ready = await Promise.all(parts.map((part) => part.ready()));
      return { title, parts: parts.filter((_, index) => !ready[index]) };
    }),
  );
  return missing.filter(({ parts }) => parts.length > 0);
}

function describeState({ folder }: Part): string {
  return existsSync(folder)
    ? `the files in ${folder} have another SHA-256 than this repository pins`
    : "not installed";
}

async function makeWithProgress(part: Part, show: (progress: string) => void): Promise<void> {
  const start = Date.now();
  let progress = "";
  const timer = setInterval(() => {
    const passed = Math.round((Date.now() - start) / 1000);
    show(`${progress}, ${Math.floor(passed / 60)}m${String(passed % 60).padStart(2, "0")}s so far`);
  }, progressMs);
  const make = async () => {
    // Another command may have installed it meanwhile.
    if (await part.ready()) return;
    await part.make((text) => {
      progress = text;
    });
  };
  try {
    // The lock is next to the folder, because other clones on this machine share the Pulumi home.
    await withLock(join(dirname(part.folder), `.lock-${basename(part.folder)}`), make, (pid) => {
      progress = `waiting for another command (process ${pid}) that installs it`;
      show(progress);
    });
  } finally {
    clearInterval(timer);
  }
  if (!(await part.ready())) throw new Error(`${part.title} was installed, but has the wrong hash.`);
}
