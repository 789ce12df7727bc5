import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TopicSpec } from "../../../kafka/topic.ts";
import { pulumiBin, root } from "../../../machine/paths.ts";
import { updateFlags } from "../../../pulumi/cli.ts";
import { type Measured, runMeasured } from "../run-measured.ts";
import type { Column } from "./column.ts";
import { PulumiState, stack } from "./pulumi-state.ts";

const program = `import { readFileSync } from "node:fs";
import * as kafka from "@pulumi/kafka";
for (const topic of JSON.parse(readFileSync("topics.json", "utf8"))) new kafka.Topic(topic.name, topic);
`;

/** The smallest Pulumi program that declares topics, run by the bare CLI: what remains without any of our code. */
export class SmallestProgram implements Column {
  readonly #folder: string;
  readonly #state: PulumiState;

  private constructor(folder: string, bootstrapServers: readonly string[]) {
    this.#folder = folder;
    mkdirSync(folder);
    copyFileSync(join(root, "package.json"), join(folder, "package.json"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const runtime = { name: "nodejs", options: { typescript: false } };
    const project = { name: "smallest", runtime, main: "index.ts" };
    // JSON is valid YAML.
    writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
    writeFileSync(join(folder, "index.ts"), program);
    const config = { "kafka:bootstrapServers": bootstrapServers, "kafka:tlsEnabled": "false" };
    writeFileSync(join(folder, `Pulumi.${stack}.yaml`), JSON.stringify({ config }));
    this.#state = new PulumiState(folder);
  }

  static async create(folder: string, bootstrapServers: readonly string[]): Promise<SmallestProgram> {
    const created = new SmallestProgram(folder, bootstrapServers);
    await created.#state.create();
    return created;
  }

  declare(topics: readonly TopicSpec[]): void {
    const resources = topics.map(({ name, partitions, replicationFactor, config }) => {
      return { name, partitions, replicationFactor, config };
    });
    writeFileSync(join(this.#folder, "topics.json"), JSON.stringify(resources));
  }

  reset(): void {
    this.#state.reset();
  }

  async assumeDeployed(topics: readonly TopicSpec[]): Promise<void> {
    await this.#state.assumeDeployed(topics, (topic) => {
      this.declare([topic]);
      return this.up();
    });
    this.declare(topics);
  }

  async preview(expected: "changes" | "no changes"): Promise<Measured> {
    return this.#run("preview", ...(expected === "no changes" ? ["--expect-no-changes"] : []));
  }

  async up(): Promise<Measured> {
    return this.#run("up", "--yes");
  }

  async #run(...args: string[]): Promise<Measured> {
    return runMeasured(join(pulumiBin, "pulumi"), [...args, "--non-interactive", ...updateFlags], {
      cwd: this.#folder,
      env: await this.#state.environment(),
    });
  }
}
