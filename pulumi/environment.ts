import { existsSync, globSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { secureStack } from "../infra/stack-files.ts";
import { withLock } from "../machine/lock.mjs";
import { localFolder, pulumiBin, pulumiHome, root, stackConfigPath } from "../machine/paths.ts";
import { setUp } from "../machine/set-up.ts";
import { privateFiles, runTool } from "../machine/toolchain/run-tool.ts";
import { ignoreVariables } from "./ignored-variables.ts";
import { bypassProxies } from "./proxy.ts";
import { warnUnverified } from "./unverified-tls.ts";

/** The stack that needs no login and no passphrase: it describes the cluster that `npm start` runs here. */
export const localStack = "dev";

/**
 * Tokens for the pipeline and for package registries. The engine gets all other variables, because backends, secrets
 * providers and SASL mechanisms read ones that nobody can list (AWS_*, VAULT_*, PGPASSWORD, …), and it can decrypt the
 * stack's secrets anyway.
 */
const withheld: readonly string[] = [
  ...["GITHUB_TOKEN", "GH_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"],
  ...["ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_RUNTIME_TOKEN"],
  ...["GITLAB_TOKEN", "CI_JOB_TOKEN", "CI_REPOSITORY_URL", "CI_REGISTRY_PASSWORD", "CI_DEPLOY_PASSWORD"],
  ...["CI_DEPENDENCY_PROXY_PASSWORD", "NPM_TOKEN", "NODE_AUTH_TOKEN", "DOCKER_AUTH_CONFIG"],
];

/** Removes the tokens that the engine never needs, and npm's settings. */
export function withholdTokens(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isPassed = (name: string) => !withheld.includes(name) && !/^npm_/i.test(name);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isPassed(name)));
}

const prepared = new Map<string, Promise<NodeJS.ProcessEnv>>();

/** Installs the engine and returns the environment that it runs in; done once per stack. */
export function prepare(stack: string): Promise<NodeJS.ProcessEnv> {
  const environment = prepared.get(stack) ?? makeEnvironment(stack);
  prepared.set(stack, environment);
  return environment;
}

async function makeEnvironment(stack: string): Promise<NodeJS.ProcessEnv> {
  if (stack) await warnUnverified(stack);
  await setUp("engine");
  const env: NodeJS.ProcessEnv = {
    ...withholdTokens(process.env),
    ...bypassProxies(process.env),
    ...ignoreVariables(process.env),
    ...(stack && { PULUMI_STACK: stack }),
    // Without it, the CLI takes the home folder from the system's user list, but the set-up uses HOME.
    PULUMI_HOME: pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Only what the set-up has verified: no plugin that the PATH happens to contain, and none that the engine downloads.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // Streaming would change the format of `preview --json`.
    PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "false",
    // For the program's Node: `nodeargs` in Pulumi.yaml does not reach a language host that the set-up built.
    NODE_OPTIONS: [process.env.NODE_OPTIONS, `--import=${new URL("lazy-sdk.mjs", import.meta.url)}`]
      .join(" ")
      .trim(),
    // Saves half a second per preview.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(localFolder, "compile-cache"),
    PATH: [join(root, "node_modules", ".bin"), pulumiBin, process.env.PATH].join(delimiter),
  };
  if (stack !== localStack && stack !== secureStack) return env;
  if (stack === secureStack && !existsSync(stackConfigPath(stack)))
    throw new Error(`Stack ${stack} is set up by npm start -- --secure.`);

  // The salt in Pulumi.dev.yaml belongs to the empty passphrase, whatever passphrase other stacks use: the local
  // cluster has no secrets.
  env.PULUMI_CONFIG_PASSPHRASE = "";
  if (env.PULUMI_BACKEND_URL) return env;
  // The local cluster's state stays in this clone, even if the user is logged in to another backend: two people
  // have two clusters.
  const state = join(localFolder, "state");
  mkdirSync(state, { recursive: true, mode: 0o700 });
  // With metadata=skip the engine does not write the checksum files next to the state files: if a killed update left
  // one empty, the state would be unreadable.
  env.PULUMI_BACKEND_URL = `${pathToFileURL(state).href}?metadata=skip`;
  // The engine writes the file under another name and renames it, so it is never incomplete.
  const isMissing = () => globSync(`.pulumi/stacks/*/${stack}.json{,.gz,.zst}`, { cwd: state }).length === 0;
  const create = async () => {
    // Another command may have created it meanwhile.
    if (!isMissing()) return;
    const init = ["stack", "init", stack, "--no-select"];
    await runTool(join(pulumiBin, "pulumi"), init, { cwd: root, env, umask: privateFiles });
  };
  if (isMissing()) {
    // Without our lock, the engine refuses the second of two commands, or both, because each finds the other's lock.
    await withLock(join(localFolder, "locks", `${stack}-stack`), create, (pid) =>
      process.stderr.write(`Another command (process ${pid}) is creating stack ${stack}; waiting ...\n`),
    );
  }
  return env;
}
