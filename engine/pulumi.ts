import { globSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { withLock } from "../dev/lock.mjs";
import { localFolder, pulumiBin, pulumiHome, root } from "../dev/places.ts";
import { setUp } from "../dev/set-up.ts";
import { runTool, ToolError } from "../dev/toolchain/run-tool.ts";
import { endOrphans } from "./orphans.ts";
import { bypassProxies } from "./proxy.ts";
import { noteRun } from "./runs.ts";

/** The stack that needs no login and no passphrase: it describes the cluster that `npm start` runs here. */
export const localStack = "dev";

/**
 * Flags of `preview` and `up`. Every operation waits for a broker, none for this machine: with the engine's
 * default, 4 at once for each core, 200 topics take twice as long. The outputs repeat what the list of topics
 * has said already, and are longer.
 */
export const updateFlags: readonly string[] = ["--parallel", "256", "--suppress-outputs"];

/** Commands of the engine that are about an account or another project, not about a stack of this one. */
const withoutStack = ["login", "logout", "whoami", "new"];

/**
 * The stack a command works on: `--stack NAME` in its arguments, else `PULUMI_STACK`, else `dev`.
 * @param args a command line of the engine's, or only its flags
 * @returns "" for a command that works on no stack
 */
export function chooseStack(args: readonly string[]): string {
  const [command = "", subcommand = "", ...rest] = args;
  if (withoutStack.includes(command)) return "";
  if (command === "stack" && ["init", "select", "rm"].includes(subcommand)) {
    const name = rest.find((arg) => !arg.startsWith("-"));
    if (name) return name;
  }
  const options = { stack: { type: "string", short: "s" } } as const;
  const { values } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true });
  if (values.stack === "") throw new Error("--stack: given nothing, allowed: the name of a stack");
  const named = typeof values.stack === "string" ? values.stack.replace(/^=/, "") : undefined;
  return named || process.env.PULUMI_STACK || localStack;
}

/** The Pulumi CLI did not exit with 0; the message has its own words. */
export class PulumiError extends Error {
  override readonly name = "PulumiError";
  /** What it printed all the same. */
  readonly stdout: string;
  /** Its own words. */
  readonly said: string;

  constructor(stack: string, { said, stdout }: ToolError) {
    const isMissing = /no stack (named|selected)/.test(said);
    const hint = isMissing
      ? `\nThe backend has no stack ${stack}: npm run pulumi -- stack init ${stack}`
      : "";
    super(`Pulumi, stack ${stack}: ${said}${hint}`);
    this.stdout = stdout;
    this.said = said;
  }
}

/**
 * Asks the Pulumi CLI for something and gives what it printed.
 * @param input what the CLI reads on standard input
 * @throws PulumiError
 */
export async function askPulumi(stack: string, args: readonly string[], input?: string): Promise<string> {
  const env = await prepare(stack);
  const options = { cwd: root, env, onStart: noteRun, ...(input !== undefined && { input }) };
  const deadline = Date.now() + settleTimeoutMs;
  for (;;) {
    try {
      return await runTool(join(pulumiBin, "pulumi"), args, options);
    } catch (error) {
      await endOrphans();
      if (!(error instanceof ToolError)) throw error;
      // It asks the CLI too, and only what failed has need of it.
      const { isStateUnreadable, mendState } = await import("./mend-state.ts");
      const isWorthAnotherTry =
        isStateUnreadable(error.said) && Date.now() < deadline && (await mendState(stack));
      if (!isWorthAnotherTry) throw new PulumiError(stack, error);
    }
  }
}

/** How long a state that another process writes may keep on being unreadable, each time at another moment. */
const settleTimeoutMs = 30_000;

/**
 * The folder that the backend keeps states and locks in.
 * @returns nothing where the backend is no folder
 */
export async function findBackendFolder(stack: string): Promise<string | undefined> {
  const { PULUMI_BACKEND_URL: given = "" } = await prepare(stack);
  // The CLI takes a third of a second for its answer, which only other forms need, such as file://~.
  const url = given.startsWith("file:///") ? given : await askBackendUrl(stack);
  if (!url.startsWith("file://")) return undefined;
  const folder = new URL(url);
  folder.search = "";
  return join(fileURLToPath(folder), ".pulumi");
}

async function askBackendUrl(stack: string): Promise<string> {
  const answer = JSON.parse(await askPulumi(stack, ["whoami", "--json"]));
  return z.object({ url: z.string() }).parse(answer).url;
}

const prepared = new Map<string, Promise<NodeJS.ProcessEnv>>();

/** The engine ready to run, with the environment that it runs in; made once for each stack. */
export function prepare(stack: string): Promise<NodeJS.ProcessEnv> {
  const environment = prepared.get(stack) ?? makeEnvironment(stack);
  prepared.set(stack, environment);
  return environment;
}

async function makeEnvironment(stack: string): Promise<NodeJS.ProcessEnv> {
  await setUp("engine");
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...bypassProxies(process.env),
    ...(stack && { PULUMI_STACK: stack }),
    // The CLI would ask the system's list of users for the home folder, where the set-up asked HOME.
    PULUMI_HOME: pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // It would make another format of `preview --json`.
    PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "false",
    // Half a second less for each preview.
    NODE_COMPILE_CACHE: join(localFolder, "compile-cache"),
    PATH: [pulumiBin, join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
  };
  if (stack !== localStack) return env;

  // The salt in Pulumi.dev.yaml belongs to the empty passphrase, whatever another stack's is: the local
  // cluster has no secrets.
  env.PULUMI_CONFIG_PASSPHRASE = "";
  if (env.PULUMI_BACKEND_URL) return env;
  // The local cluster's state stays in this clone, even where its owner is logged in elsewhere: two people
  // have two clusters.
  const state = join(localFolder, "state");
  mkdirSync(state, { recursive: true });
  // Without the files beside each state file that the engine would keep its checksum in: one that a killed update
  // left empty would make the state unreadable.
  env.PULUMI_BACKEND_URL = `${pathToFileURL(state).href}?metadata=skip`;
  // The engine writes the file elsewhere and renames it, so it is never half written.
  const isMissing = () => globSync(`.pulumi/stacks/*/${stack}.json{,.gz,.zst}`, { cwd: state }).length === 0;
  const create = async () => {
    // Another command may have created it meanwhile.
    if (!isMissing()) return;
    await runTool(join(pulumiBin, "pulumi"), ["stack", "init", stack, "--no-select"], { cwd: root, env });
  };
  if (isMissing()) {
    // Without it the engine refuses the second of two commands, or both, because each finds the other's lock.
    await withLock(join(localFolder, "locks", "dev-stack"), create, (pid) =>
      process.stderr.write(`Another command (process ${pid}) is creating the stack ${stack}; waiting ...\n`),
    );
  }
  return env;
}
