// Every npm script that runs TypeScript goes through this file, `node dev/run.mjs FILE ARGUMENTS`. It needs no
// package and any Node from 20: it installs the packages where they are missing or stale, and hands over to the
// Node that package.json pins.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules", ".bin");

if (!packagesInstalled()) {
  process.stderr.write("Installing the packages that package-lock.json names (npm ci) ...\n");
  // Whatever the user's own settings leave out, the commands need.
  const needed = ["--include=dev", "--include=optional", "--ignore-scripts=false"];
  const npm = spawnSync("npm", ["ci", ...needed, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    // Standard output stays the command's own.
    stdio: ["ignore", process.stderr, process.stderr],
  });
  if (npm.status !== 0) {
    process.stderr.write("npm ci failed, see above; nothing else was done.\n");
    process.exit(1);
  }
}

const [file = "", ...args] = process.argv.slice(2);
const child = spawn(
  join(binaries, "node"),
  // kafkajs computes a delay below zero, which Node 20 and later remark on.
  ["--disable-warning=TimeoutNegativeWarning", join(root, file), ...args],
  {
    stdio: "inherit",
    env: {
      // Colours only in terminals: some of the programs below do not look.
      ...(process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: "1" }),
      ...process.env,
      PATH: `${binaries}${delimiter}${process.env.PATH}`,
    },
  },
);
// A terminal sends its Ctrl-C to the child too; whoever sends a signal to this process alone means the command.
process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"]))
  process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  process.stderr.write(
    `The pinned Node does not start: ${error.message}. Remove node_modules and try again.\n`,
  );
  process.exitCode = 1;
});
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
});

/** npm writes its hidden lock file last, so an interrupted installation has none. */
function packagesInstalled() {
  try {
    const wanted = readPackages("package-lock.json");
    const installed = readPackages("node_modules/.package-lock.json");
    return (
      existsSync(join(binaries, "node")) &&
      Object.entries(wanted).every(
        ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
      )
    );
  } catch {
    return false;
  }
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean }>} */
function readPackages(file) {
  return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
}
