import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { TopicSpec } from "../../../kafka/topic.ts";
import { setUp } from "../../../machine/set-up.ts";
import { toolEnvironment } from "../../../machine/tool-environment.mjs";
import { terraformProviderFolder } from "../../../machine/toolchain/terraform-provider.ts";
import { seedName } from "../bench-topics.ts";
import { type Measured, runMeasured } from "../run-measured.ts";
import type { Column } from "./column.ts";
import { multiply } from "./multiply-state.ts";

const stateFile = z.looseObject({
  resources: z.array(z.looseObject({ instances: z.array(z.looseObject({ index_key: z.string() })) })),
});

/** Terraform with the same provider, in one configuration file with `for_each`. */
export class Terraform implements Column {
  readonly version: string;
  /** How many operations Terraform runs concurrently; its default at first. */
  parallelism = 10;
  readonly #folder: string;
  readonly #bootstrapServers: readonly string[];
  readonly #state: string;
  readonly #seeds = new Map<string, string>();

  private constructor(version: string, folder: string, bootstrapServers: readonly string[]) {
    this.version = version;
    this.#folder = folder;
    this.#bootstrapServers = bootstrapServers;
    this.#state = join(folder, "terraform.tfstate");
    mkdirSync(folder);
    copyFileSync(join(import.meta.dirname, "topics.tf"), join(folder, "topics.tf"));
    const installation = `dev_overrides { "mongey/kafka" = ${JSON.stringify(terraformProviderFolder)} }`;
    writeFileSync(
      join(folder, "terraform.rc"),
      `provider_installation {\n  ${installation}\n  direct {}\n}\n`,
    );
  }

  /** @returns undefined if Terraform is not installed, or if its provider cannot be built, which is reported */
  static async create(folder: string, bootstrapServers: readonly string[]): Promise<Terraform | undefined> {
    const { stdout } = spawnSync("terraform", ["version", "-json"], {
      encoding: "utf8",
      env: toolEnvironment(),
    });
    if (!stdout) return undefined;
    try {
      await setUp("terraformProvider");
    } catch (error) {
      process.stderr.write(`Without Terraform: ${(error as Error).message}\n`);
      return undefined;
    }
    return new Terraform(JSON.parse(stdout).terraform_version, folder, bootstrapServers);
  }

  declare(topics: readonly TopicSpec[]): void {
    const declared = {
      bootstrapServers: this.#bootstrapServers,
      topics: Object.fromEntries(topics.map(({ name, ...topic }) => [name, topic])),
    };
    writeFileSync(join(this.#folder, "declared.json"), JSON.stringify(declared));
  }

  reset(): void {
    for (const file of [this.#state, `${this.#state}.backup`]) rmSync(file, { force: true });
  }

  async assumeDeployed(topics: readonly TopicSpec[]): Promise<void> {
    const [first] = topics;
    if (!first) throw new Error("There is no topic to assume.");
    const seed = { ...first, name: seedName };
    const kind = JSON.stringify(seed);
    this.reset();
    if (!this.#seeds.has(kind)) {
      this.declare([seed]);
      await this.up();
      this.#seeds.set(kind, readFileSync(this.#state, "utf8"));
    }
    const state = stateFile.parse(JSON.parse(this.#seeds.get(kind) ?? ""));
    const names = topics.map(({ name }) => name);
    const resources = state.resources.map((resource) => ({
      ...resource,
      instances: resource.instances.flatMap((instance) => multiply(instance, seedName, names)),
    }));
    writeFileSync(this.#state, JSON.stringify({ ...state, resources }));
    this.declare(topics);
  }

  /** Terraform's plan reads every topic from the cluster, unlike a Pulumi preview. */
  async preview(expected: "changes" | "no changes"): Promise<Measured> {
    return this.#run(["plan", "-detailed-exitcode"], expected === "changes" ? 2 : 0);
  }

  async up(): Promise<Measured> {
    return this.#run(["apply", "-auto-approve"], 0);
  }

  async #run(args: readonly string[], exitCode: number): Promise<Measured> {
    const flags = ["-input=false", "-no-color", `-parallelism=${this.parallelism}`];
    return runMeasured("terraform", [...args, ...flags], {
      cwd: this.#folder,
      env: {
        ...toolEnvironment(),
        TF_CLI_CONFIG_FILE: join(this.#folder, "terraform.rc"),
        CHECKPOINT_DISABLE: "1",
      },
      allowed: [exitCode],
    });
  }
}
