import { spawn } from "node:child_process";
import { globSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { localFolder, pulumiBin, root } from "../dev/places.ts";
import { setUp } from "../dev/set-up.ts";
import { runTool, ToolError } from "../dev/toolchain/run-tool.ts";

/** The stack that needs no login and no passphrase: it describes the cluster that `npm start` runs here. */
export const localStack = "dev";

/** The stack a command works on: `--stack NAME` in its arguments, else `PULUMI_STACK`, else `dev`. */
export function chooseStack(args: readonly string[]): string {
  const at = args.findIndex((arg) => arg === "--stack" || arg === "-s");
  const inline = args.find((arg) => arg.startsWith("--stack="))?.slice("--stack=".length);
  return inline ?? (at >= 0 ? args[at + 1] : undefined) ?? process.env.PULUMI_STACK ?? localStack;
}

/** Runs the Pulumi CLI in front of the user and gives its exit code. */
export async function runPulumi(stack: string, args: readonly string[]): Promise<number> {
  const env = await prepare(stack);
  const child = spawn(join(pulumiBin, "pulumi"), args, { cwd: root, env, stdio: "inherit" });
  // An interrupted engine waits for what is under way and writes its state, so this process has to wait for it.
  const onInterrupt = () => {};
  const onTerminate = () => child.kill("SIGINT");
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 1));
    });
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
  }
}

/**
 * Asks the Pulumi CLI for something and gives what it printed.
 * @throws Error with the CLI's own words
 */
export async function askPulumi(stack: string, args: readonly string[]): Promise<string> {
  const env = await prepare(stack);
  try {
    return await runTool(join(pulumiBin, "pulumi"), args, { cwd: root, env });
  } catch (error) {
    throw error instanceof ToolError ? new Error(`Pulumi, stack ${stack}: ${error.said}`) : error;
  }
}

const prepared = new Map<string, Promise<NodeJS.ProcessEnv>>();

/** The engine ready to run, with the environment that it runs in; made once for each stack. */
function prepare(stack: string): Promise<NodeJS.ProcessEnv> {
  const environment = prepared.get(stack) ?? makeEnvironment(stack);
  prepared.set(stack, environment);
  return environment;
}

async function makeEnvironment(stack: string): Promise<NodeJS.ProcessEnv> {
  await setUp("engine");
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PULUMI_STACK: stack,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Half a second less for each preview.
    NODE_COMPILE_CACHE: join(localFolder, "compile-cache"),
    PATH: [pulumiBin, join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
  };
  if (stack !== localStack) return env;

  // The salt in Pulumi.dev.yaml belongs to the empty passphrase: the local cluster has no secrets.
  if (env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined) env.PULUMI_CONFIG_PASSPHRASE ??= "";
  if (env.PULUMI_BACKEND_URL) return env;
  // The local cluster's state stays in this clone, even where its owner is logged in elsewhere: two people
  // have two clusters.
  const state = join(localFolder, "state");
  mkdirSync(state, { recursive: true });
  env.PULUMI_BACKEND_URL = pathToFileURL(state).href;
  if (globSync(`.pulumi/stacks/*/${stack}.json`, { cwd: state }).length === 0) {
    await runTool(join(pulumiBin, "pulumi"), ["stack", "init", stack, "--no-select"], { cwd: root, env });
  }
  return env;
}
