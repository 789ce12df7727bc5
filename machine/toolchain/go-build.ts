import { join } from "node:path";
import { root } from "../paths.ts";
import { requireProgram } from "./parts.ts";
import { runTool } from "./run-tool.ts";

/**
 * Builds a Go program from one of the modules in this folder, with sources from the module proxy.
 * @param module the folder with its `go.mod`
 * @param package_ the package to build, "." for the module itself
 * @param variables Go variables to set, by their full names
 * @throws Error with Go's own message, or one line if Go is missing
 */
export async function buildGoProgram(
  {
    module,
    package_,
    variables,
    output,
  }: {
    module: string;
    package_: string;
    variables: Record<string, string>;
    output: string;
  },
  report: (progress: string) => void,
): Promise<void> {
  await requireProgram({
    command: ["go", "version"],
    version: /go1\.(\d+)/,
    atLeast: 21,
    install: "Go 1.21 or later, to build what cannot be downloaded",
  });
  const cwd = join(root, "machine", "toolchain", module);
  // The modules require a newer Go than 1.21, which Go 1.21 and later download automatically.
  const env = { CGO_ENABLED: "0", GOFLAGS: "", GOTOOLCHAIN: "auto", GOWORK: "off" };
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
}
