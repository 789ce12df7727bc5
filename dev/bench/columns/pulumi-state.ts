import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TopicSpec } from "../../../kafka/topic.ts";
import { projectName, pulumiBin } from "../../../machine/paths.ts";
import { runTool } from "../../../machine/toolchain/run-tool.ts";
import { prepare } from "../../../pulumi/environment.ts";
import { seedName } from "../bench-topics.ts";
import { multiplyState } from "./multiply-state.ts";

/** The stack name of every Pulumi project in the benchmark. */
export const stack = "bench";

/** The state of a Pulumi project's stack, in a folder next to the project's files. */
export class PulumiState {
  readonly #folder: string;
  readonly #state: string;
  readonly #empty: string;
  /** Exported states with one topic, by that topic's properties. */
  readonly #seeds = new Map<string, string>();

  /** @param folder the project's folder */
  constructor(folder: string) {
    this.#folder = folder;
    this.#state = join(folder, "state");
    this.#empty = join(folder, "state-before");
    mkdirSync(this.#state, { recursive: true });
  }

  /** The backend's file with the state. */
  get file(): string {
    return join(this.#state, ".pulumi", "stacks", projectName, `${stack}.json`);
  }

  /** The environment variables that point the engine to the state. */
  get variables() {
    return { PULUMI_BACKEND_URL: pathToFileURL(this.#state).href, PULUMI_CONFIG_PASSPHRASE: "" };
  }

  /** The environment for a run of the bare CLI. */
  async environment(): Promise<NodeJS.ProcessEnv> {
    return { ...(await prepare(stack)), ...this.variables };
  }

  /** Creates the stack. Call it only once. */
  async create(): Promise<void> {
    await this.#pulumi("stack", "init", stack);
    cpSync(this.#state, this.#empty, { recursive: true });
  }

  /** Restores the state that the stack had after its creation. */
  reset(): void {
    rmSync(this.#state, { recursive: true });
    cpSync(this.#empty, this.#state, { recursive: true });
  }

  /**
   * Sets the state as if the stack had deployed topics that differ only in their names: deploys one of them under
   * another name, and multiplies its entry in the state.
   * @param deploy declares a topic and deploys it; the topic stays on the cluster
   */
  async assumeDeployed(
    topics: readonly TopicSpec[],
    deploy: (topic: TopicSpec) => Promise<unknown>,
  ): Promise<void> {
    const [first] = topics;
    if (!first) throw new Error("There is no topic to assume.");
    const seed = { ...first, name: seedName };
    const kind = JSON.stringify(seed);
    this.reset();
    let state = this.#seeds.get(kind);
    if (state === undefined) {
      await deploy(seed);
      state = await this.#pulumi("stack", "export");
      this.#seeds.set(kind, state);
    }
    const names = topics.map(({ name }) => name);
    const input = multiplyState(state, seedName, names);
    const env = await this.environment();
    await runTool(join(pulumiBin, "pulumi"), ["stack", "import"], { cwd: this.#folder, env, input });
  }

  async #pulumi(...args: string[]): Promise<string> {
    return runTool(join(pulumiBin, "pulumi"), args, { cwd: this.#folder, env: await this.environment() });
  }
}
