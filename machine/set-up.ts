import { basename, dirname, join } from "node:path";
import { withLock } from "./lock.mjs";
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

/**
 * Installs the missing parts of the Pulumi engine or of Kafka and shows the progress.
 * If nothing is missing, it takes a few milliseconds and prints nothing.
 * @throws Error if a part cannot be installed, with the reason and what to install
 */
export async function setUp(...wanted: (keyof typeof groups)[]): Promise<void> {
  const missing = await Promise.all(
    wanted.map(async (name) => {
      const ready = await Promise.all(groups[name].parts.map((part) => part.ready()));
      return { ...groups[name], parts: groups[name].parts.filter((_, index) => !ready[index]) };
    }),
  );
  const groupsToMake = missing.filter(({ parts }) => parts.length > 0);
  if (groupsToMake.length === 0) return;

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
  if (!(await part.ready()))
    throw new Error(`${part.title} was installed, but does not run or has the wrong version.`);
}
