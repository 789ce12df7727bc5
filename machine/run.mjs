// Every npm script that runs TypeScript goes through this file, `exec node machine/run.mjs FILE ARGUMENTS`: without
// `exec`, the shell in between would not forward npm's signals. It needs no package and Node 20 or later: it installs
// the packages if they are missing or stale, and then runs the Node that package-lock.json pins.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { forwardSignals } from "./forward-signals.mjs";
import { withLock } from "./lock.mjs";
import { hashProgram } from "./pinned-node.mjs";
import { isPipeline, npmEnvironment } from "./tool-environment.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules", ".bin");
/** The package that contains Node for this platform. */
const nodePackage = `node_modules/node-${process.platform}-${process.arch}`;
/** Node's first version that can run the commands. */
const leastNode = 24;

// Not the flags that npm has too, such as "yes", because a user may have set them in npm's config.
const flagsOfOurs = `
  stack topic exclude json markdown timeout out wipe recreate allow-data-loss reviewed allow-weakened
  base merged review marker file state title expect-no-changes target scenario observe svg secure
  backend secrets-provider bootstrap-servers tls ca-cert client-cert client-key sasl-mechanism
  sasl-username sasl-token-url sasl-oauth-scopes sasl-aws-region kafka pin stacks
  declared exempt moving by-team split internal
`
  .trim()
  .split(/\s+/);
for (const flag of flagsOfOurs) {
  // Without "--", npm consumes the flag, and the command might work on the wrong stack.
  if (!(`npm_config_${flag.replaceAll("-", "_")}` in process.env)) continue;
  process.stderr.write(
    `npm consumed --${flag} as its own flag. Put "--" before it: npm run SCRIPT -- --${flag} ...\n`,
  );
  process.exit(1);
}

const [file = "", ...args] = process.argv.slice(2);

if (!packagesInstalled()) {
  if (isPipeline() && !["dev/set-up.ts", "dev/test.ts"].includes(file)) {
    process.stderr.write(
      "The npm packages are not installed as package-lock.json names them. With CI set, only npm run set-up and npm ci " +
        "install them. Run one of them before this command, in a step without secrets.\n",
    );
    process.exit(1);
  }
  // Two concurrent npm ci remove each other's files, and both fail.
  const exitCode = await withLock(join(root, ".dev", "locks", "packages"), installPackages, (pid) =>
    process.stderr.write(`Another command (process ${pid}) is installing the packages; waiting for it ...\n`),
  );
  if (exitCode !== 0) {
    process.stderr.write("npm ci failed, so the command was not run.\n");
    process.exit(exitCode);
  }
}

// The registry has no package of Node for macOS that package-lock.json could pin.
const ownNode = existsSync(join(binaries, "node")) ? undefined : process.execPath;
if (ownNode && Number.parseInt(process.versions.node, 10) < leastNode) {
  process.stderr.write(
    `Node ${process.versions.node} cannot run the commands, and package-lock.json pins no Node for ` +
      `${process.platform}-${process.arch}. Install Node ${leastNode} or later.\n`,
  );
  process.exit(1);
}
if (!ownNode) verifyNode();
const flags = [
  // kafkajs computes a negative delay, of which Node 20 and later warn.
  "--disable-warning=TimeoutNegativeWarning",
  // Most allocations are short-lived: with this, the smoke suite of 1,000 topics takes 267 MB instead of 440, and less
  // time.
  "--max-semi-space-size=4",
  `--import=${new URL("failed-output.mjs", import.meta.url)}`,
  `--import=${new URL("filtered-output.ts", import.meta.url)}`,
  `--import=${new URL("masked-output.ts", import.meta.url)}`,
  `--import=${new URL("uncaught-error.ts", import.meta.url)}`,
];
const child = spawn(ownNode ?? join(binaries, "node"), [...flags, join(root, file), ...args], {
  stdio: "inherit",
  env: {
    // Colours only in terminals, which some of the programs do not check.
    ...(process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: "1" }),
    // Saves a quarter of each command's start-up time.
    NODE_COMPILE_CACHE: join(root, ".dev", "compile-cache"),
    ...process.env,
    PATH: `${binaries}${delimiter}${process.env.PATH}`,
  },
});
process.exitCode = await endWith(child);

/**
 * Waits for a program, forwards the signals that it would miss, and returns its exit code.
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
  // The commands need these, even if the user's npm settings exclude them. None needs its install scripts.
  const needed = ["--include=dev", "--include=optional", "--ignore-scripts"];
  const npm = spawn("npm", ["ci", ...needed, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    // Without the secrets of the command that installs the packages first.
    env: npmEnvironment(),
    // Standard output is for the command's results.
    stdio: ["ignore", process.stderr, process.stderr],
  });
  return endWith(npm);
}

/** npm verifies a package only when it installs it; until a command runs, another program may have replaced Node. */
function verifyNode() {
  const { node } = JSON.parse(readFileSync(join(root, "machine", "toolchain", "checksums.json"), "utf8"));
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const platform = `${process.platform}-${process.arch}`;
  // Of a new version, npm run set-up -- --pin writes the hash.
  if (optionalDependencies[`node-${platform}`] !== node.version) return;
  const hash = hashProgram(join(binaries, "node"), join(root, ".dev", "verified", "seen-node"));
  if (hash === node.installed[platform]) return;
  process.stderr.write(
    `${join(binaries, "node")}: given the SHA-256 ${hash}, allowed: ${node.installed[platform]}, as pinned in ` +
      "machine/toolchain/checksums.json. It was not run. Remove node_modules and try again.\n",
  );
  process.exit(1);
}

/** npm writes its hidden lock file last, so an interrupted installation has none. */
function packagesInstalled() {
  try {
    const wanted = readPackages("package-lock.json");
    const installed = readPackages("node_modules/.package-lock.json");
    // Of the optional packages, which are for one platform each, only Node is always needed.
    return (
      (!wanted[nodePackage] || existsSync(join(binaries, "node"))) &&
      Object.entries(wanted).every(
        ([path, { version, optional }]) =>
          path === "" || (optional && path !== nodePackage) || installed[path]?.version === version,
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
