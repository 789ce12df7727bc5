import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { root } from "./paths.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-command-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const module = new URL("command.ts", import.meta.url).href;

/** Runs a command with this body and these arguments. */
function run(body: string, ...args: string[]) {
  return runCommandWith("", body, ...args);
}

/** @param properties of the command, in addition to its options */
function runCommandWith(properties: string, body: string, ...args: string[]) {
  const file = join(folder, "command.mjs");
  writeFileSync(
    file,
    `import { runCommand } from ${JSON.stringify(module)};
    await runCommand({
      help: "Usage: it\\n",
      options: {
        name: { type: "string", short: "n" },
        topic: { type: "string", multiple: true },
        verbose: { type: "boolean" },
        include: { type: "string" },
        json: { type: "string" },
        markdown: { type: "string" },
      },
      replaced: { include: "--topic GLOB" },
      refused: { "--force": "Not --force.", "-F": "Not -F." },
      outputs: ["json", "markdown"],
      optional: { topic: "*" },
      ${properties}
      run: async (values, _args, argument) => { ${body} },
    });`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { encoding: "utf8" });
  return { exitCode: status, stdout, stderr };
}

const print = "process.stdout.write(JSON.stringify(values)); return 0;";

test("A command sets its own exit code, and --help only prints its usage", () => {
  expect(run("return 7;")).toEqual({ exitCode: 7, stdout: "", stderr: "" });
  expect(run("return 7;", "--help")).toEqual({ exitCode: 0, stdout: "Usage: it\n", stderr: "" });
});

test.for([
  [["--json"], { json: "-" }],
  [["--json", "--verbose"], { json: "-", verbose: true }],
  [["--json", "out.json"], { json: "out.json" }],
  [["--json=out.json"], { json: "out.json" }],
  [["--json", "-"], { json: "-" }],
  [["--json", "-", "--verbose"], { json: "-", verbose: true }],
  [["--topic", "a", "--topic", "b"], { topic: ["a", "b"] }],
  [["--topic", "--verbose", "--json"], { topic: ["*"], verbose: true, json: "-" }],
] as const)("%j is read as %j", ([args, values]) => {
  expect(JSON.parse(run(print, ...args).stdout)).toEqual(values);
});

test("A repeated flag that may be given once and an unknown flag are refused", () => {
  expect(run(print, "--name", "a", "--name", "b")).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: "--name: given 2 times, allowed: once\n",
  });
  expect(run(print, "-n", "a", "--name", "a")).toMatchObject({ exitCode: 1 });
  expect(run(print, "--nmae", "a")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--nmae") });
});

test("Only one form of a result can be printed", () => {
  expect(run(print, "--json", "--markdown", "-")).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: "--json, --markdown: given without a file, allowed: only one of them without a file\n",
  });
});

test("An argument after -- is refused unchanged", () => {
  expect(run(print, "--", "--json")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/'--json'/),
  });
});

test("A command that takes an argument gets exactly one", () => {
  const runNamed = (...args: string[]) =>
    runCommandWith('argument: "NAME",', "process.stdout.write(argument); return 0;", ...args);
  expect(runNamed("prod", "--verbose")).toEqual({ exitCode: 0, stdout: "prod", stderr: "" });
  expect(runNamed("--help")).toEqual({ exitCode: 0, stdout: "Usage: it\n", stderr: "" });
  expect(runNamed()).toMatchObject({ exitCode: 1, stderr: "NAME: given nothing, allowed: one argument\n" });
  expect(runNamed("a", "b")).toMatchObject({
    exitCode: 1,
    stderr: "NAME: given 2 arguments, allowed: one argument\n",
  });
});

test.for([["--force"], ["--force=true"], ["-F"], ["--name", "a", "-F=1"]] as const)(
  "A refused flag is refused with its reason: %j",
  (args) => {
    const { exitCode, stderr } = run(print, ...args);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Not (--force|-F)\.\n$/);
  },
);

test("A flag of the last version works and names its replacement", () => {
  expect(run(print, "--include", "a")).toEqual({
    exitCode: 0,
    stdout: '{"include":"a"}',
    stderr: "--include is replaced by --topic GLOB; this is the last version that accepts it.\n",
  });
});

test("An expected error prints only its message; a fault of the program keeps its stack trace and exits with 70", () => {
  expect(run('throw new Error("No broker answers.");')).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: "No broker answers.\n",
  });
  for (const fault of ["null.name", "missing()", 'throw new RangeError("out of range")', 'throw "text"']) {
    const { exitCode, stderr } = run(`${fault};`);
    expect(exitCode, fault).toBe(70);
    expect(stderr, fault).toContain("This is a bug in kafka-topics");
    if (!fault.includes("text")) expect(stderr, fault).toMatch(/\n {4}at .*command\.mjs:/);
  }
  // Node's errors about its input are not faults of the program.
  expect(
    run('const { readFileSync } = await import("node:fs"); readFileSync("no-such-file");'),
  ).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^ENOENT: .*\n$/),
  });
});

test("A fault is reported with the stack traces of its causes", () => {
  const { exitCode, stderr } = run(
    'throw new TypeError("outer", { cause: new AggregateError([new Error("inner")], "several") });',
  );
  expect(exitCode).toBe(70);
  expect(stderr).toMatch(/TypeError: outer\n {4}at .*AggregateError: several\n +at .*Error: inner\n +at /s);
});

test.for([
  ["in a timer", "setTimeout(() => null.name, 0);"],
  ["in a promise that nothing awaits", "Promise.reject(new Error('fault'));"],
  ["while a module is loaded", "null.name;"],
  ["in an event without a handler", "process.emit('error', new Error('fault'));"],
] as const)("A fault %s is reported like any other", ([, source]) => {
  const file = join(folder, "faulty.mjs");
  writeFileSync(file, source);
  const args = [join(root, "machine", "run.mjs"), relative(root, file)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 70, stdout: "" });
  expect(stderr).toMatch(/^This is a bug in kafka-topics, .*\n\w*Error: .*\n {4}at .*faulty\.mjs:/s);
});

const unreachable =
  'throw Object.assign(new Error("no server answers"), { findings: [{ code: "CLUSTER_UNREACHABLE" }] });';
const errors = { version: 1, errors: [{ code: "CLUSTER_UNREACHABLE" }] };

test("A command that cannot run writes the codes of the reason as JSON, if JSON is asked for", () => {
  const { stdout, ...outcome } = run(unreachable, "--json");
  expect(outcome).toEqual({ exitCode: 1, stderr: "no server answers\n" });
  expect(JSON.parse(stdout)).toEqual(errors);
  const file = join(folder, "errors.json");
  expect(run(unreachable, "--json", file)).toEqual({ ...outcome, stdout: "" });
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(errors);
  expect(run(unreachable)).toEqual({ ...outcome, stdout: "" });
  expect(run('throw new Error("no");', "--json")).toEqual({ exitCode: 1, stdout: "", stderr: "no\n" });
  expect(run(unreachable, "--json", folder).stderr).toContain(`--json ${folder} cannot be written`);
});
