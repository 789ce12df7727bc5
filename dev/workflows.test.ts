import { spawnSync } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { root } from "../machine/paths.ts";
import { runTool } from "../machine/toolchain/run-tool.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const workflows = globSync(".github/workflows/*.{yml,yaml}", { cwd: root });
const gitlab = "docs/gitlab/.gitlab-ci.yml";
const files = [...workflows, gitlab, "docs/ci.md"];
const read = (file: string) => readFileSync(join(root, file), "utf8");

test("There is a workflow for each of test, preview, deployment and drift", () => {
  expect(workflows.sort()).toEqual(
    ["ci", "deploy", "drift", "preview"].map((name) => `.github/workflows/${name}.yml`),
  );
});

test.each(files)("Every npm script of %s exists", (file) => {
  const { scripts } = JSON.parse(read("package.json"));
  const named = [...read(file).matchAll(/\bnpm (?:run (?:--silent )?)?(?!script)([a-z][\w:-]*)/g)].map(
    ([, name]) => name,
  );
  const known = [...Object.keys(scripts), "ci"];
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
    expect(used.filter((line) => !/uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  },
);

test.each(workflows)("%s grants no permission by default, and no command contains an expression", (file) => {
  const text = read(file);
  expect(text).toMatch(/^permissions:( \{\}\n|\n {2}contents: read\n\n)/m);
  expect(text).not.toContain("pull_request_target");
  // Values from a pull request must reach a command only through its environment.
  const commands = text.split("\n").filter((line) => /npm |echo |\$[A-Z]/.test(line));
  expect(commands.filter((line) => line.includes("${{"))).toEqual([]);
});

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-workflows-"));
  copyFileSync(join(root, gitlab), join(folder, ".gitlab-ci.yml"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  [0, 0, "state=closed\n", ""],
  [7, 0, "state=open\n", ""],
  [1, 1, "", "No broker answers.\n"],
  [137, 137, "", "No broker answers.\n"],
])("If npm run drift exits with %d, drift.yml's step exits with %d and sets the issue's %j", (...row) => {
  const [driftExit, stepExit, output, summary] = row;
  const [, script = ""] =
    read(".github/workflows/drift.yml").match(/ {6}- id: drift\n(?:.*\n)*? {8}run: \|\n((?: {10}.*\n)+)/) ??
    [];
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

test.each([
  ["infra/topics/payments/refunds.ts", "pull_request", "true"],
  ["Pulumi.prod.yaml", "pull_request", "true"],
  ["infra/index.ts", "pull_request", "false"],
  ["docs/Pulumi.prod.yaml/a", "pull_request", "false"],
  ["infra/topics/orders.ts", "push", "false"],
])("A change of %s by %s changes only topics: %s", (file, event, topicsOnly) => {
  const [, script = ""] =
    read(".github/workflows/ci.yml").match(/ {6}- id: change\n {8}run: \|\n((?: {10}.*\n)+)/) ?? [];
  const repository = mkdtempSync(join(folder, "repository-"));
  const git = (...args: string[]) =>
    spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], { cwd: repository });
  git("init");
  git("commit", "--allow-empty", "-m", "base");
  // Adds a topic to the change, because all of its files must be checked.
  for (const path of [file, "infra/topics/others.ts"]) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), "");
  }
  git("add", "--all");
  git("commit", "-m", "change");
  const output = join(repository, "output");
  const env = { PATH: process.env.PATH, GITHUB_EVENT_NAME: event, GITHUB_OUTPUT: output };
  expect(spawnSync("bash", ["-e", "-c", script], { cwd: repository, env }).status).toBe(0);
  expect(readFileSync(output, "utf8")).toBe(`topics_only=${topicsOnly}\n`);
});

test.each([
  ["a merge request", ["CI_PIPELINE_SOURCE=merge_request_event"], ["test", "review: [prod]"]],
  ["main", ["CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=main"], ["test", "deploy: [prod]"]],
  ["a schedule", ["CI_PIPELINE_SOURCE=schedule", "CI_COMMIT_BRANCH=main"], ["drift: [prod]"]],
])("The example for GitLab matches GitLab's schema, and runs its jobs for %s", async (_, given, expected) => {
  const variables = ["CI_COMMIT_BRANCH=", "CI_DEFAULT_BRANCH=main", ...given];
  // gitlab-ci-local first checks the file against the schema of GitLab's own editor.
  const listed = await runTool(
    join(root, "node_modules", ".bin", "gitlab-ci-local"),
    ["--list-json", ...variables.flatMap((text) => ["--variable", text])],
    {
      cwd: folder,
      env: {
        HOME: folder,
        // Otherwise its warning is mixed into the JSON.
        GCL_IGNORE_PREDEFINED_VARS: "CI_PIPELINE_SOURCE,CI_COMMIT_BRANCH,CI_DEFAULT_BRANCH",
      },
    },
  );
  const jobs: { name: string; when: string }[] = JSON.parse(listed);
  expect(jobs.filter(({ when }) => when !== "never").map(({ name }) => name)).toEqual(expected);
});
