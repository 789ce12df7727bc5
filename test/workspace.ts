import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { copyProgram } from "../dev/copy-program.ts";
import type { Catalogue } from "../infra/topic.ts";
import { localFolder } from "../machine/paths.ts";
import packageJson from "../package.json" with { type: "json" };
import type { Results } from "../smoke/result.ts";
import { writeStackFile } from "./encrypted-config.ts";
import { sharedServers } from "./shared-cluster.ts";
import { deleteAllTopics } from "./topic-requests.ts";

/** The outcome of a command. */
export type Outcome = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** Deploys without asking, whatever records that loses. */
export const anyUpdate = ["--yes", "--skip-preview", "--allow-data-loss", "*"] as const;

/**
 * A repository like a team's: this program with its own catalogue and stack, and its state in the same temporary folder.
 * `await using` removes it together with all topics of the cluster.
 */
export class Workspace implements AsyncDisposable {
  readonly folder: string;
  readonly #stack: string;
  /** Environment variables for the commands, in addition to the test's own. */
  environment: NodeJS.ProcessEnv = {};
  #created: Promise<Outcome> | undefined;

  /** @param config the stack's config in addition to the connection, without the project's prefix */
  constructor(topics: Catalogue, config: Record<string, unknown> = {}, stack = "test") {
    this.folder = makeCopy();
    this.#stack = stack;
    mkdirSync(join(this.folder, "state"));
    this.configure(config);
    rmSync(join(this.folder, "infra", "topics"), { recursive: true });
    mkdirSync(join(this.folder, "infra", "topics"));
    this.declare(topics);
  }

  /** Replaces the stack's config with the connection and these values, its secrets encrypted. */
  configure(config: Record<string, unknown>): void {
    const stackConfig = {
      "kafka:bootstrapServers": sharedServers(),
      "kafka:tlsEnabled": "false",
      protect: false,
      ...config,
    };
    writeFileSync(join(this.folder, `Pulumi.${this.#stack}.yaml`), writeStackFile(stackConfig));
  }

  /** Replaces the catalogue with these topics. */
  declare(topics: Catalogue): void {
    this.writeCatalogue("team.ts", `export const topics = ${JSON.stringify(topics)};\n`);
  }

  /** @param file the path from `infra/topics/` */
  writeCatalogue(file: string, source: string): void {
    const path = join(this.folder, "infra", "topics", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, source);
  }

  /** @param file the path from `infra/topics/` */
  removeCatalogue(file: string): void {
    rmSync(join(this.folder, "infra", "topics", file));
  }

  /** Runs `npm run SCRIPT -- ARGUMENTS` to its end; runs the script directly, because npm is slow to start. */
  async run(script: keyof typeof packageJson.scripts, ...args: string[]): Promise<Outcome> {
    const command = `${packageJson.scripts[script]} "$@"`;
    return runProgram("sh", ["-c", command, script, ...args], this.#options());
  }

  /**
   * Runs commands as a person types them, each only if the one before it succeeded.
   * @param input their standard input
   */
  async shell(commands: string, input?: string): Promise<Outcome> {
    return runProgram("bash", ["-ec", commands], this.#options(), input);
  }

  /** Starts a script in its own process group, for tests that act while it runs. */
  start(script: string, ...args: string[]): ChildProcess {
    const options: SpawnOptions = { ...this.#options(), stdio: ["ignore", "pipe", "pipe"], detached: true };
    return spawn("npm", ["run", "--silent", script, "--", ...args], options);
  }

  /** Starts commands as a person types them, for tests that act while they run. */
  startShell(commands: string, stdin: "ignore" | "pipe" = "ignore"): ChildProcess {
    return spawn("bash", ["-ec", commands], { ...this.#options(), stdio: [stdin, "pipe", "pipe"] });
  }

  #options(): SpawnOptions {
    return {
      cwd: this.folder,
      env: {
        ...process.env,
        PULUMI_STACK: this.#stack,
        PULUMI_BACKEND_URL: pathToFileURL(join(this.folder, "state")).href,
        PULUMI_CONFIG_PASSPHRASE: "",
        // The compile cache of the packages, which all copies share.
        NODE_COMPILE_CACHE: join(localFolder, "compile-cache"),
        ...this.environment,
      },
    };
  }

  /** Creates the stack, unless it exists. */
  async createStack(): Promise<void> {
    this.#created ??= this.run("pulumi", "stack", "select", this.#stack, "--create");
    expect(await this.#created).toMatchObject({ exitCode: 0 });
  }

  /** Deploys, whatever records that loses, and creates the stack first if necessary. */
  async up(...args: string[]): Promise<Outcome> {
    await this.createStack();
    return this.run("up", ...anyUpdate, ...args);
  }

  /** Removes the folder, and deletes all topics of the worker's cluster except Kafka's own. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.remove();
    await deleteAllTopics();
  }

  /** Removes only the folder, for tests that also remove the cluster. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Reads the results of the workspace's last smoke run. */
export function readResults(workspace: Workspace): Results {
  return JSON.parse(readFileSync(join(workspace.folder, "smoke-report", "results.json"), "utf8"));
}

/** Returns the codes of the checks that did not pass, each with its topic. */
export function codesIn({ topics }: Results): string[] {
  return topics.flatMap(({ topic, checks }) =>
    checks.flatMap(({ code }) => (code ? `${topic} ${code}` : [])),
  );
}

/** Copies the repository to a folder with a space and a "ü" in its name. */
export function makeCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), "kafka topics ü "));
  copyProgram(folder);
  return folder;
}

/**
 * Runs a program to its end.
 * @param input what it reads on standard input
 */
export async function runProgram(
  program: string,
  args: string[],
  options: SpawnOptions,
  input?: string,
): Promise<Outcome> {
  const stdin = input === undefined ? "ignore" : "pipe";
  const child = spawn(program, args, { ...options, stdio: [stdin, "pipe", "pipe"] });
  // A program that ends without reading its input reports the reason itself.
  child.stdin?.on("error", () => {}).end(input);
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? -1, stdout, stderr }));
  });
}
