import { spawnSync } from "node:child_process";

// Both run, so that one push mends what both find. Biome formats, lints and sorts; Node strips types unchecked.
const results = [
  spawnSync("biome", ["check", "--error-on-warnings", ...process.argv.slice(2)], { stdio: "inherit" }),
  spawnSync("tsc", ["--noEmit"], { stdio: "inherit" }),
];
process.exitCode = results.every(({ status }) => status === 0) ? 0 : 1;
