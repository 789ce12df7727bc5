import { spawnSync } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { root } from "../machine/paths.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const workflows = globSync(".github/workflows/*.{yml,yaml}", { cwd: root });
const gitlab = "docs/gitlab/.gitlab-ci.yml";
const files = [...workflows, gitlab, "docs/ci.md"];
const read = (file: string) => readFileSync(join(root, file), "utf8");

const [preview, deploy] = [".github/workflows/preview.yml", ".github/workflows/deploy.yml"];

test("There is a workflow for each of test, preview, deployment, drift and release", () => {
  expect(workflows.sort()).toEqual(
    ["ci", "deploy", "drift", "preview", "release", "stack"].map((name) => `.github/workflows/${name}.yml`),
  );
});

test.each(files)("Every npm script of %s exists", (file) => {
  const { scripts } = JSON.parse(read("package.json"));
  const named = [...read(file).matchAll(/\bnpm (?:run (?:--silent )?)?(?!script)([a-z][\w:-]*)/g)].map(
    ([, name]) => name,
  );
  const known = [...Object.keys(scripts), "ci", "audit", "sbom"];
  expect(named).not.toEqual([]);
  expect(named.filter((name) => !known.includes(name ?? ""))).toEqual([]);
});

test.each([...workflows, "docs/ci.md"])(
  "Every action of %s is pinned by its commit, with the version",
  (file) => {
    const used = read(file)
      .split("\n")
      .filter((line) => /^\s*(- )?uses:/.test(line));
    expect(used).not.toEqual([]);
    const pinned = /uses: ([\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\.\/\.github\/workflows\/stack\.yml)$/;
    expect(used.filter((line) => !pinned.test(line))).toEqual([]);
  },
);

test.each(workflows)("%s grants no permission by default, and no command contains an expression", (file) => {
  const text = read(file);
  expect(text).toMatch(/^permissions:( \{\}\n|\n {2}contents: read\n\n)/m);
  expect(text.includes("pull_request_target")).toBe(file === preview);
  // Values from a pull request must reach a command only through its environment.
  const commands = text.split("\n").filter((line) => /npm |echo |\$[A-Z]/.test(line));
  expect(commands.filter((line) => line.includes("${{"))).toEqual([]);
});

/** What the tests read of a workflow. */
const workflowSchema = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      permissions: z.record(z.string(), z.string()).optional(),
      environment: z.string().optional(),
      env: z.record(z.string(), z.string()).default({}),
      steps: z
        .array(
          z.object({
            id: z.string().optional(),
            run: z.string().default(""),
            with: z.record(z.string(), z.unknown()).default({}),
            env: z.record(z.string(), z.string()).default({}),
          }),
        )
        .default([]),
    }),
  ),
});
/** When a workflow runs, and each of its jobs. */
const triggersSchema = z.object({
  on: z.object({
    workflow_call: z.unknown().optional(),
    pull_request_target: z.object({ branches: z.array(z.string()).optional() }).nullish(),
  }),
  jobs: z.record(z.string(), z.object({ if: z.string().default("") })),
});
const readJobs = (file: string) => Object.values(workflowSchema.parse(parse(read(file))).jobs);
const readStep = (file: string, id: string) =>
  readJobs(file)
    .flatMap(({ steps }) => steps)
    .find((step) => step.id === id)?.run ?? "";

test.each(workflows)(
  "In %s, secrets are only in steps that install nothing, of jobs with an environment that may write nothing",
  (file) => {
    for (const { permissions = {}, environment, env, steps } of readJobs(file)) {
      expect(JSON.stringify(env)).not.toContain("secrets.");
      const secret = steps.filter((step) => JSON.stringify(step).includes("secrets."));
      for (const { run } of secret) expect(run).not.toMatch(/npm ci|set-up|git fetch|curl/);
      if (secret.length > 0) expect(environment).toBeDefined();
      // Drift is not started by a pull request.
      if (secret.length > 0 && !file.endsWith("drift.yml")) expect(permissions).toEqual({ contents: "read" });
    }
  },
);

test.each(workflows)("In %s, only the workflow of main gets secrets", (file) => {
  const { on, jobs } = triggersSchema.parse(parse(read(file)));
  if (!read(file).includes("secrets.") && file !== deploy) return;
  // What deploy.yml calls.
  if (on.workflow_call !== undefined) return;
  // The base branch of a pull request is a branch that anyone who can push may have made.
  if (on.pull_request_target !== undefined) expect(on.pull_request_target?.branches).toEqual(["main"]);
  else for (const job of Object.values(jobs)) expect(job.if).toContain("github.ref == 'refs/heads/main'");
});

const [both, dataLoss, weakened, recreation] = [
  "allow-data-loss-and-weakened-protection",
  "allow-data-loss",
  "allow-weakened-protection",
  "allow-recreation",
];

test.each([
  ["labeled", dataLoss, ["*", "", ""]],
  ["labeled", weakened, ["", "*", ""]],
  ["labeled", both, ["*", "*", ""]],
  ["labeled", recreation, ["", "", "*"]],
  ["labeled", "allow-other", ["", "", ""]],
  ["unlabeled", both, ["", "", ""]],
  ["unlabeled", recreation, ["", "", ""]],
  ["synchronize", undefined, ["", "", ""]],
])("If a pull request that has all labels is %s (%s), its review allows %j", (action, name, expected) => {
  const review = readJobs(preview)
    .flatMap(({ steps }) => steps)
    .find(({ id }) => id === "review");
  const labels = [both, dataLoss, weakened, recreation].map((each) => ({ name: each }));
  const github = { event: { action, pull_request: { labels }, label: name === undefined ? {} : { name } } };
  // GitHub's operators and functions that these expressions use have the same meaning here.
  const contains = (list: readonly unknown[], one: unknown) => list.includes(one);
  const evaluate = (expression = "") =>
    runInNewContext(expression.replace(/^\$\{\{(.*)\}\}$/, "$1"), {
      github,
      contains,
      fromJSON: JSON.parse,
    });
  const { ALLOW_DATA_LOSS, ALLOW_WEAKENED, RECREATE } = review?.env ?? {};
  expect([ALLOW_DATA_LOSS, ALLOW_WEAKENED, RECREATE].map(evaluate)).toEqual(expected);
  for (const { name } of labels) expect(read("docs/ci.md")).toContain(`| \`${name}\` |`);
});

test("The review of a pull request checks out main, and installs before it takes anything of the pull request", () => {
  for (const { steps } of readJobs(preview)) {
    expect(steps.flatMap((step) => Object.keys(step.with))).not.toContain("ref");
    const takes = steps.findIndex(({ run }) => run.includes("git restore"));
    const installs = steps.findLastIndex(({ run }) => /npm ci|set-up/.test(run));
    if (takes >= 0) expect(installs).toBeLessThan(takes);
  }
});

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-workflows-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  [0, 0, "state=closed\n", ""],
  [7, 0, "state=open\n", ""],
  [1, 1, "", "No broker answers.\n"],
  [137, 137, "", "No broker answers.\n"],
])("If npm run drift exits with %d, drift.yml's step exits with %d and sets the issue's %j", (...row) => {
  const [driftExit, stepExit, output, summary] = row;
  const script = readStep(".github/workflows/drift.yml", "drift");
  const given = join(folder, `npm-${driftExit}`);
  mkdirSync(given);
  // A stand-in for npm.
  writeFileSync(join(given, "npm"), `#!/bin/sh\necho "$*" > ${given}/npm.log\nexit ${driftExit}\n`, {
    mode: 0o755,
  });
  writeFileSync(join(given, "drift.md"), "No broker answers.\n");
  for (const file of ["output", "summary"]) writeFileSync(join(given, file), "");
  const env = {
    PATH: `${given}:${process.env.PATH}`,
    STACK: "prod",
    RUNNER_TEMP: given,
    GITHUB_OUTPUT: join(given, "output"),
    GITHUB_STEP_SUMMARY: join(given, "summary"),
  };
  // As the runner starts a step without a shell setting.
  expect(spawnSync("bash", ["-e", "-c", script], { env }).status).toBe(stepExit);
  const written = (file: string) => readFileSync(join(given, file), "utf8");
  expect(written("npm.log")).toBe(`run drift -- --stack prod --markdown ${given}/drift.md\n`);
  expect([written("output"), written("summary")]).toEqual([output, summary]);
});

/** Runs git in a repository. */
function git(repository: string, ...args: string[]): string {
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"];
  const { status, stdout, stderr } = spawnSync("git", [...author, ...args], { cwd: repository });
  expect(status, String(stderr)).toBe(0);
  return String(stdout).trim();
}

/** Makes a repository, or changes it: commits these files, of which `undefined` removes one and `-> TARGET` is a link. */
function commit(repository: string, files: Readonly<Record<string, string | undefined>>): string {
  for (const [file, text] of Object.entries(files)) {
    const path = join(repository, file);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    if (text?.startsWith("-> ")) symlinkSync(text.slice(3), path);
    else if (text !== undefined) writeFileSync(path, text);
  }
  git(repository, "add", "--all");
  git(repository, "commit", "--quiet", "-m", "change");
  return git(repository, "rev-parse", "HEAD");
}

/** Runs the step of preview.yml that takes the pull request's topics, on a clone of main. */
function takeTopics(changed: Readonly<Record<string, string | undefined>>) {
  const origin = mkdtempSync(join(folder, "origin-"));
  git(origin, "init", "--quiet", "--initial-branch=main");
  const base = { "infra/index.ts": "code\n", "Pulumi.yaml": "project\n", "Pulumi.prod.yaml": "limit: 3\n" };
  commit(origin, { ...base, "infra/topics/a.ts": "a\n", "infra/topics/team/b.ts": "b\n" });
  git(origin, "checkout", "--quiet", "-b", "change");
  const head = commit(origin, changed);
  git(origin, "checkout", "--quiet", "main");
  commit(origin, { "infra/topics/of-main.ts": "merged meanwhile\n", "Pulumi.test.yaml": "limit: 1\n" });
  const clone = mkdtempSync(join(folder, "clone-"));
  git(clone, "clone", "--quiet", "--single-branch", pathToFileURL(origin).href, ".");
  const output = join(clone, ".git", "output");
  const env = {
    PATH: process.env.PATH,
    GITHUB_OUTPUT: output,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_TOKEN: "t0ken",
    HEAD_SHA: head,
  };
  const { status, stdout } = spawnSync("bash", ["-e", "-c", readStep(preview, "merge")], { cwd: clone, env });
  const files = globSync("**/*", { cwd: clone, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => relative(clone, join(file.parentPath, file.name)));
  return {
    status,
    stdout: String(stdout),
    output: existsSync(output) ? readFileSync(output, "utf8") : "",
    files: Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(clone, file), "utf8")])),
  };
}

const ofMain = {
  "Pulumi.test.yaml": "limit: 1\n",
  "Pulumi.yaml": "project\n",
  "infra/index.ts": "code\n",
  "infra/topics/of-main.ts": "merged meanwhile\n",
};

test("Of a pull request, the review takes the merged topics and stacks, and no code", () => {
  const { status, output, files } = takeTopics({
    "infra/topics/a.ts": undefined,
    "infra/topics/team/ü $(x) `y`.ts": "new\n",
    "Pulumi.prod.yaml": "limit: 3000\n",
    "Pulumi.staging.yaml": "new\n",
    "Pulumi.yaml": "other project\n",
    "infra/index.ts": "other code\n",
    "package.json": "{}\n",
    ".github/workflows/preview.yml": "other workflow\n",
  });
  expect(status).toBe(0);
  expect(output).toMatch(/^tree=[0-9a-f]{40}\n$/);
  expect(files).toEqual({
    ...ofMain,
    "Pulumi.prod.yaml": "limit: 3000\n",
    "Pulumi.staging.yaml": "new\n",
    "infra/topics/team/b.ts": "b\n",
    "infra/topics/team/ü $(x) `y`.ts": "new\n",
  });
});

test.each([
  ["a topic that is a link", { "infra/topics/team/c.ts": "-> /etc/passwd" }, "is a link"],
  ["a topic with an odd name that is a link", { "infra/topics/ü\n.ts": "-> /etc/passwd" }, "is a link"],
  ["a stack that is a link", { "Pulumi.prod.yaml": "-> /proc/self/environ" }, "is a link"],
  ["a conflict with main", { "infra/topics/of-main.ts": "other\n" }, "cannot be merged"],
])("The review takes nothing of a pull request with %s", (_, changed, said) => {
  const { status, stdout, output, files } = takeTopics(changed);
  expect(status).toBe(1);
  expect(stdout).toMatch(/^::error::[^\n]*\n$/);
  expect(stdout).toContain(said);
  expect(output).toBe("");
  const base = {
    "Pulumi.prod.yaml": "limit: 3\n",
    "infra/topics/a.ts": "a\n",
    "infra/topics/team/b.ts": "b\n",
  };
  expect(files).toEqual({ ...ofMain, ...base });
});

test.each([
  ["infra/topics/payments/refunds.ts", "pull_request", "true"],
  ["Pulumi.prod.yaml", "pull_request", "true"],
  ["infra/index.ts", "pull_request", "false"],
  ["docs/Pulumi.prod.yaml/a", "pull_request", "false"],
  ["infra/topics/orders.ts", "push", "false"],
])("A change of %s by %s changes only topics: %s", (file, event, topicsOnly) => {
  const repository = mkdtempSync(join(folder, "repository-"));
  git(repository, "init", "--quiet");
  git(repository, "commit", "--quiet", "--allow-empty", "-m", "base");
  // Adds a topic to the change, because all of its files must be checked.
  commit(repository, { [file]: "", "infra/topics/others.ts": "" });
  const output = join(repository, "output");
  const env = { PATH: process.env.PATH, GITHUB_EVENT_NAME: event, GITHUB_OUTPUT: output };
  const script = readStep(".github/workflows/ci.yml", "change");
  expect(spawnSync("bash", ["-e", "-c", script], { cwd: repository, env }).status).toBe(0);
  expect(readFileSync(output, "utf8")).toBe(`topics_only=${topicsOnly}\n`);
});
