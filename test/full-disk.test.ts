import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { listen } from "./listen.ts";
import { Workspace } from "./workspace.ts";

const topic = { partitions: 1, replicationFactor: 1 };

function manyTopics(count: number): Catalogue {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`full.${index}`, topic]));
}

// Only the superuser may mount a disk that can be filled.
const canMount = process.platform === "linux" && process.geteuid?.() === 0;

let workspace: Workspace;
let disk: string;
beforeEach(() => {
  workspace = new Workspace(manyTopics(60));
  disk = join(workspace.folder, "disk");
  mkdirSync(disk);
  workspace.environment = { PULUMI_BACKEND_URL: pathToFileURL(disk).href };
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

function mount(mebibytes: number): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", disk]);
}

/** Fills the disk. */
function fill(): void {
  // All free space, because the engine writes too.
  expect(() => appendFileSync(join(disk, "filler"), Buffer.alloc(32 * 1024 ** 2))).toThrow("ENOSPC");
}

test("An update without space for its state is refused with the free and the required space", {
  skip: !canMount,
}, async () => {
  mount(4);
  try {
    await workspace.createStack();
    const refused = await workspace.run("up", "--yes", "--skip-preview");
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toMatch(
      /^The disk of .* has only [34]\.\d MiB free\. An update of stack test needs 8\.0 MiB/,
    );
  } finally {
    execFileSync("umount", ["--lazy", disk]);
  }
});

test.for([
  ["once", "after the operations in progress"],
  ["again and again", "The state of stack test could not be written. It was replaced by its backup of "],
] as const)(
  "An update whose disk becomes full stops, and the next one finishes it: %s",
  { skip: !canMount },
  async ([times, expected]) => {
    mount(24);
    try {
      await workspace.createStack();
      const { printed, ended, said } = listen(workspace.start("up", "--yes", "--skip-preview"));
      await printed(/kafka:index:Topic \S+ created/);
      fill();
      const filling = setInterval(() => times === "again and again" && fill(), 100);
      expect(await ended, said()).not.toBe(0);
      clearInterval(filling);
      expect(said()).toContain(" is full. The update stops ");
      expect(said()).toContain(expected);
      expect(said()).toContain("Free space on the disk of ");
      rmSync(join(disk, "filler"));
      expect(await workspace.up()).toMatchObject({ exitCode: 0 });
      expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
    } finally {
      execFileSync("umount", ["--lazy", disk]);
    }
  },
);
