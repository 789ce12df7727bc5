import { join } from "node:path";
import { root } from "../paths.ts";
import { requireProgram } from "./parts.ts";
import { runTool } from "./run-tool.ts";

/**
 * Builds a Go program of one of the modules in this folder, from the module proxy's sources.
 * @param module the folder with its `go.mod`
 * @param package_ what to build, "." for the module itself
 * @param variables Go variables to set, by their full names
 * @throws Error with Go's own words, or one line when Go is missing
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
    install: "Go 1.21 or later, which builds what cannot be downloaded here",
  });
  const cwd = join(root, "machine", "toolchain", module);
  // The modules ask for a newer Go than 1.21, which 1.21 and later fetch by themselves.
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
