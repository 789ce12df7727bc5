// Every npm script that runs TypeScript goes through this file, `exec node machine/run.mjs FILE ARGUMENTS`: without
// `exec` the signals that npm gets would end with the shell in between. It needs no package and any Node from 20: it
// installs the packages where they are missing or stale, and hands over to the Node that package.json pins.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { forwardSignals } from "./forward-signals.mjs";
import { withLock } from "./lock.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules", ".bin");

// Without flags that npm has too and a user may have set, "yes" say.
const flagsOfOurs = [
  ...[
    "stack",
    "topic",
    "exclude",
    "json",
    "markdown",
    "timeout",
    "out",
    "wipe",
    "recreate",
    "allow-data-loss",
  ],
  ...["marker", "file", "state", "title", "expect-no-changes", "target"],
];
for (const flag of flagsOfOurs) {
  // Without "--" npm takes a flag for its own, and the command would work on another stack than was meant.
  if (!(`npm_config_${flag.replaceAll("-", "_")}` in process.env)) continue;
  process.stderr.write(
    `npm took --${flag} for its own. Write "--" before it: npm run SCRIPT -- --${flag} ...\n`,
  );
  process.exit(1);
}

if (!packagesInstalled()) {
  // Each npm ci removes what the other installs, and both fail.
  const exitCode = await withLock(join(root, ".dev", "locks", "packages"), installPackages, (pid) =>
    process.stderr.write(`Another command (process ${pid}) is installing the packages; waiting for it ...\n`),
  );
  if (exitCode !== 0) {
    process.stderr.write("npm ci failed; nothing else was done.\n");
    process.exit(exitCode);
  }
}

const [file = "", ...args] = process.argv.slice(2);
const flags = [
  // kafkajs computes a delay below zero, which Node 20 and later remark on.
  "--disable-warning=TimeoutNegativeWarning",
  // What the commands allocate is short-lived: the smoke suite of 1,000 topics takes 267 MB in place of 440, and
  // less time.
  "--max-semi-space-size=4",
  `--import=${new URL("failed-output.mjs", import.meta.url)}`,
  `--import=${new URL("uncaught-error.ts", import.meta.url)}`,
];
const child = spawn(join(binaries, "node"), [...flags, join(root, file), ...args], {
  stdio: "inherit",
  env: {
    // Colours only in terminals: some of the programs below do not look.
    ...(process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: "1" }),
    // A quarter of the start of each command.
    NODE_COMPILE_CACHE: join(root, ".dev", "compile-cache"),
    ...process.env,
    PATH: `${binaries}${delimiter}${process.env.PATH}`,
  },
});
process.exitCode = await endWith(child);

/**
 * Waits for a program, hands on the signals that it would miss, and gives its exit code.
 * @param {import("node:child_process").ChildProcess} program
 * @returns {Promise<number>}
 */
function endWith(program) {
  const stopForwarding = forwardSignals(program);
  return new Promise((resolve) => {
    program.on("error", (error) => {
      process.stderr.write(`${error.message}. Remove node_modules and try again.\n`);
      resolve(1);
    });
    program.on("exit", (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/**
 * Installs the packages unless another command has installed them meanwhile.
 * @returns {Promise<number>} npm's exit code
 */
async function installPackages() {
  if (packagesInstalled()) return 0;
  process.stderr.write("Installing the packages that package-lock.json names (npm ci) ...\n");
  // Whatever the user's own settings leave out, the commands need.
  const needed = ["--include=dev", "--include=optional", "--ignore-scripts=false"];
  const npm = spawn("npm", ["ci", ...needed, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    // Standard output stays the command's own.
    stdio: ["ignore", process.stderr, process.stderr],
  });
  return endWith(npm);
}

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
