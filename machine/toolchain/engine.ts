import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  localFolder,
  providerFolder,
  providerVersion,
  pulumiBin,
  pulumiHome,
  pulumiVersion,
  root,
} from "../paths.ts";
import { buildGoProgram } from "./go-build.ts";
import { makeFolder, type Part } from "./parts.ts";
import { runTool } from "./run-tool.ts";

const cli = join(pulumiBin, "pulumi");
const languageHost = join(pulumiBin, "pulumi-language-nodejs");
const provider = join(providerFolder, "pulumi-resource-kafka");

const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

// The wrapper takes the home folder from HOME, the CLI from the system's user list.
const env = { PULUMI_HOME: pulumiHome };

/** The Pulumi CLI with its Node.js language host, then the Kafka provider plugin, which the CLI installs. */
export const engineParts: readonly Part[] = [
  {
    title: `Pulumi CLI ${pulumiVersion}`,
    folder: dirname(pulumiBin),
    ready: async () =>
      (await answers(cli, ["version"], `v${pulumiVersion}`)) && answers(languageHost, ["-h"], ""),
    make: async (report) => {
      rmSync(dirname(pulumiBin), { recursive: true, force: true });
      report("downloading");
      // The official wrapper downloads the CLI if it is missing.
      const wrapper = join(root, "node_modules", "pulumi", "run.js");
      const refusal = await failure(
        runTool("node", [wrapper, "version"], { env: { ...env, PULUMI_VERSION: pulumiVersion } }),
      );
      if (!refusal) return;
      await makeFolder(dirname(pulumiBin), async (folder) => {
        const tell = (step: string) => (progress: string) =>
          report(`download failed, building ${step}: ${progress}`);
        await buildGoProgram(
          {
            module: "pulumi",
            package_: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
            variables: { [versionVariable]: `v${pulumiVersion}` },
            output: join(folder, "bin", "pulumi"),
          },
          tell("the CLI"),
        );
        await buildGoProgram(
          {
            module: "language-nodejs",
            package_: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
            // The sources are older, the last version that the proxy serves; the CLI requires its own version.
            variables: { [versionVariable]: `v${pulumiVersion}` },
            output: join(folder, "bin", "pulumi-language-nodejs"),
          },
          tell("the Node.js language host"),
        );
      });
    },
  },
  {
    title: `Kafka provider plugin ${providerVersion}`,
    folder: providerFolder,
    // The engine leaves this file next to a plugin that it did not finish installing.
    ready: async () =>
      !existsSync(`${providerFolder}.partial`) && answers(provider, ["-version"], providerVersion),
    make: async (report) => {
      rmSync(providerFolder, { recursive: true, force: true });
      report("downloading");
      const refusal = await failure(
        runTool(cli, ["plugin", "install", "resource", "kafka", providerVersion, "--exact"], { env }),
      );
      if (!refusal) return;
      await makeFolder(providerFolder, (folder) =>
        buildGoProgram(
          {
            module: "provider-kafka",
            package_: ".",
            variables: { "main.version": providerVersion },
            output: join(folder, "pulumi-resource-kafka"),
          },
          (progress) => report(`download failed (${refusal}), building it: ${progress}`),
        ),
      );
      rmSync(`${providerFolder}.partial`, { force: true });
    },
  },
];

const verifiedFile = join(localFolder, "verified.json");

/**
 * Whether a program runs and prints its version. The result is kept until the file changes: starting the CLI takes
 * 0.2 s, checking the file takes no time.
 */
async function answers(program: string, args: string[], version: string): Promise<boolean> {
  const { size, mtimeMs } = statSync(program, { throwIfNoEntry: false }) ?? {};
  if (!size) return false;
  const state = `${size} bytes, modified ${mtimeMs}, ${version}`;
  if (readVerified()[program] === state) return true;
  let said = "";
  const onLine = (line: string) => {
    said += line;
  };
  try {
    said += await runTool(program, args, { onLine });
  } catch {
    // The language host prints no version, and its help exits with an error.
    if (version !== "" || !said.includes("Usage")) return false;
  }
  if (!said.includes(version)) return false;
  mkdirSync(localFolder, { recursive: true });
  const kept = Object.entries(readVerified()).filter(([file]) => existsSync(file));
  // Another command may be reading the file.
  const unfinished = `${verifiedFile}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify({ ...Object.fromEntries(kept), [program]: state }, null, 2));
  renameSync(unfinished, verifiedFile);
  return true;
}

function readVerified(): Record<string, string> {
  try {
    return JSON.parse(readFileSync(verifiedFile, "utf8"));
  } catch {
    return {};
  }
}

/** The last line of a download's error message, if it failed. */
async function failure(attempt: Promise<unknown>): Promise<string | undefined> {
  return attempt.then(
    () => undefined,
    (error: Error) => error.message.trimEnd().split("\n").at(-1),
  );
}
