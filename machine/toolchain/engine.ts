import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { providerFolder, providerVersion, pulumiBin, pulumiVersion } from "../paths.ts";
import checksums from "./checksums.json" with { type: "json" };
import { buildGoProgram } from "./go-build.ts";
import type { Part } from "./parts.ts";
import { makePart, type Program } from "./pinned-program.ts";
import { runTool } from "./run-tool.ts";

const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** The Pulumi CLI with its Node.js language host. */
export const cliProgram: Program = {
  title: `Pulumi CLI ${pulumiVersion}`,
  folder: dirname(pulumiBin),
  version: pulumiVersion,
  pins: checksums.cli,
  archive: (platform) => `https://get.pulumi.com/releases/sdk/pulumi-v${pulumiVersion}-${platform}.tar.gz`,
  extract: async (archive, folder) => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    await runTool("tar", ["-xzf", archive, "-C", bin, "--strip-components=1"]);
  },
  build: async (folder, platform, report) => {
    const variables = { [versionVariable]: `v${pulumiVersion}` };
    const isCliPinned = await buildGoProgram(
      {
        module: "pulumi",
        package_: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        variables,
        output: join(folder, "bin", "pulumi"),
        platform,
      },
      (progress) => report(`the CLI: ${progress}`),
    );
    const isHostPinned = await buildGoProgram(
      {
        module: "language-nodejs",
        package_: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
        // The sources are older, the last version that the proxy serves; the CLI requires its own version.
        variables,
        output: join(folder, "bin", "pulumi-language-nodejs"),
        platform,
      },
      (progress) => report(`the Node.js language host: ${progress}`),
    );
    return isCliPinned && isHostPinned;
  },
};

/** The Kafka provider plugin. */
export const pluginProgram: Program = {
  title: `Kafka provider plugin ${providerVersion}`,
  folder: providerFolder,
  version: providerVersion,
  pins: checksums.plugin,
  archive: (platform) => {
    const goPlatform = platform.replace("x64", "amd64");
    return `https://get.pulumi.com/releases/plugins/pulumi-resource-kafka-v${providerVersion}-${goPlatform}.tar.gz`;
  },
  extract: async (archive, folder) => {
    await runTool("tar", ["-xzf", archive, "-C", folder]);
  },
  build: (folder, platform, report) =>
    buildGoProgram(
      {
        module: "provider-kafka",
        package_: ".",
        variables: { "main.version": providerVersion },
        output: join(folder, "pulumi-resource-kafka"),
        platform,
      },
      (progress) => report(`it: ${progress}`),
    ),
};

const cliPart = makePart(cliProgram);
const pluginPart = makePart(pluginProgram);

/** The CLI leaves this file next to a plugin that it did not finish installing. */
const unfinishedPlugin = `${providerFolder}.partial`;

/** What every command of the engine needs. */
export const engineParts: readonly Part[] = [
  cliPart,
  {
    ...pluginPart,
    ready: async () => !existsSync(unfinishedPlugin) && pluginPart.ready(),
    make: async (report) => {
      await pluginPart.make(report);
      rmSync(unfinishedPlugin, { force: true });
    },
  },
];
