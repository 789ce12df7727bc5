import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TopicSpec } from "../../../kafka/topic.ts";
import { localFolder } from "../../../machine/paths.ts";
import packageJson from "../../../package.json" with { type: "json" };
import { copyProgram } from "../../copy-program.ts";
import { type Measured, runMeasured } from "../run-measured.ts";
import type { Column } from "./column.ts";
import { PulumiState, stack } from "./pulumi-state.ts";

/** A copy of this repository with its own catalogue and stack, run by its npm scripts. */
export class ThisProgram implements Column {
  readonly folder: string;
  readonly state: PulumiState;

  private constructor(folder: string, bootstrapServers: readonly string[]) {
    this.folder = folder;
    mkdirSync(folder);
    copyProgram(folder);
    const config = {
      "kafka:bootstrapServers": bootstrapServers,
      "kafka:tlsEnabled": "false",
      "kafka-topics:protect": false,
    };
    // JSON is valid YAML.
    writeFileSync(join(folder, `Pulumi.${stack}.yaml`), JSON.stringify({ config }));
    this.state = new PulumiState(folder);
    this.declare([]);
  }

  static async create(folder: string, bootstrapServers: readonly string[]): Promise<ThisProgram> {
    const created = new ThisProgram(folder, bootstrapServers);
    await created.state.create();
    return created;
  }

  declare(topics: readonly TopicSpec[]): void {
    const declarations = topics.map(({ name, config, ...topic }) => {
      const typed = Object.entries(config).map(([key, value]) => [key, parseValue(value)]);
      return [name, { ...topic, config: Object.fromEntries(typed) }];
    });
    this.writeCatalogue(`export const topics = ${JSON.stringify(Object.fromEntries(declarations))};\n`);
  }

  /** Replaces the catalogue with this file. */
  writeCatalogue(source: string): void {
    const catalogue = join(this.folder, "infra", "topics");
    rmSync(catalogue, { recursive: true, force: true });
    mkdirSync(catalogue);
    writeFileSync(join(catalogue, "bench.ts"), source);
  }

  reset(): void {
    this.state.reset();
  }

  async assumeDeployed(topics: readonly TopicSpec[]): Promise<void> {
    await this.state.assumeDeployed(topics, (topic) => {
      this.declare([topic]);
      return this.up();
    });
    this.declare(topics);
  }

  async preview(expected: "changes" | "no changes"): Promise<Measured> {
    return this.run("preview", expected === "no changes" ? ["--expect-no-changes"] : []);
  }

  async up(): Promise<Measured> {
    return this.run("up", ["--yes"]);
  }

  /** Runs a script as npm does, but without npm's start-up time. */
  async run(
    script: keyof typeof packageJson.scripts,
    args: readonly string[] = [],
    allowed?: readonly number[],
  ): Promise<Measured> {
    return runMeasured("sh", ["-c", `${packageJson.scripts[script]} "$@"`, script, ...args], {
      cwd: this.folder,
      env: {
        ...process.env,
        ...this.state.variables,
        PULUMI_STACK: stack,
        NODE_COMPILE_CACHE: join(localFolder, "compile-cache"),
      },
      ...(allowed && { allowed }),
    });
  }
}

/** Converts a config's text to the typed value of the catalogue. */
function parseValue(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return Number.isNaN(Number(text)) ? text : Number(text);
}
