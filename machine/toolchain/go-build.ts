import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.ts";
import { requireProgram } from "./parts.ts";
import { runTool, ToolError } from "./run-tool.ts";

/**
 * Builds a Go program from one of the modules in this folder, with sources from the module proxy that `go.sum` pins.
 * With the toolchain of `go.mod`, each build for a platform gives the same file.
 * @param module the folder with its `go.mod`
 * @param package_ the package to build, "." for the module itself
 * @param variables Go variables to set, by their full names
 * @param platform `linux-x64`
 * @returns whether it was built with the toolchain of `go.mod`
 * @throws Error with Go's own message, or one line if Go is missing
 */
export async function buildGoProgram(
  {
    module,
    package_,
    variables,
    output,
    platform,
  }: {
    module: string;
    package_: string;
    variables: Record<string, string>;
    output: string;
    platform: string;
  },
  report: (progress: string) => void,
): Promise<boolean> {
  await requireProgram({
    command: ["go", "version"],
    version: /go1\.(\d+)/,
    atLeast: 21,
    install: "Go 1.21 or later, to build what cannot be downloaded",
  });
  const cwd = join(root, "machine", "toolchain", module);
  const [os = "", cpu = ""] = platform.replace("x64", "amd64").split("-");
  const env = {
    CGO_ENABLED: "0",
    GOOS: os,
    GOARCH: cpu,
    // A user may have set others with go env -w.
    GOAMD64: "v1",
    GOARM64: "v8.0",
    GOWORK: "off",
    // A module that go.sum does not list is refused, whatever GONOSUMDB says. The repository's commit is not built in.
    GOFLAGS: "-mod=readonly -buildvcs=false",
    GOTOOLCHAIN: (await findToolchain(cwd)) ?? "auto",
  };
  let downloaded = 0;
  const onDownload = (line: string) => {
    if (line.startsWith("go: downloading")) report(`${++downloaded} modules downloaded`);
  };
  const packages = await runTool("go", ["list", "-deps", "-f", "{{.ImportPath}}", package_], {
    cwd,
    env,
    onLine: onDownload,
  });
  const total = packages.trim().split("\n").length;
  let compiled = 0;
  const flags = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
  await runTool(
    "go",
    ["build", "-v", "-trimpath", "-ldflags", ["-s", "-w", ...flags].join(" "), "-o", output, package_],
    { cwd, env, onLine: () => report(`${++compiled} of at most ${total} packages compiled`) },
  );
  return env.GOTOOLCHAIN !== "auto";
}

/**
 * Returns the toolchain that `go.mod` names.
 * @returns undefined if it is not installed and cannot be downloaded: any other that `go.mod` accepts builds the same sources,
 *   to a file with another hash
 */
async function findToolchain(cwd: string): Promise<string | undefined> {
  const pinned = /^toolchain (\S+)/m.exec(readFileSync(join(cwd, "go.mod"), "utf8"))?.[1];
  try {
    await runTool("go", ["version"], { cwd, env: { GOTOOLCHAIN: pinned } });
    return pinned;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return undefined;
  }
}
