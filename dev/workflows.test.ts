import { copyFileSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { root } from "./places.ts";
import { runTool } from "./toolchain/run-tool.ts";

// Each starts programs, which takes a busy machine its time.
vi.setConfig({ testTimeout: 30_000 });

const workflows = globSync(".github/workflows/*.{yml,yaml}", { cwd: root });
const gitlab = "docs/gitlab/.gitlab-ci.yml";
const files = [...workflows, gitlab, "docs/ci.md"];
const read = (file: string) => readFileSync(join(root, file), "utf8");

test("There is a workflow for each of test, preview and deployment", () => {
  expect(workflows.sort()).toEqual(
    ["ci", "deploy", "preview"].map((name) => `.github/workflows/${name}.yml`),
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

test.each(workflows)("%s grants nothing by itself, and no command has an expression in it", (file) => {
  const text = read(file);
  expect(text).toMatch(/^permissions:( \{\}\n|\n {2}contents: read\n\n)/m);
  expect(text).not.toContain("pull_request_target");
  // What a pull request says gets to a command only by its environment.
  const commands = text.split("\n").filter((line) => /npm |echo |\$[A-Z]/.test(line));
  expect(commands.filter((line) => line.includes("${{"))).toEqual([]);
});

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-gitlab-"));
  copyFileSync(join(root, gitlab), join(folder, ".gitlab-ci.yml"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["a merge request", ["CI_PIPELINE_SOURCE=merge_request_event"], ["test", "review: [prod]"]],
  ["main", ["CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=main"], ["test", "deploy: [prod]"]],
])("The example for GitLab has GitLab's schema, and its jobs for %s", async (_, given, expected) => {
  const variables = ["CI_COMMIT_BRANCH=", "CI_DEFAULT_BRANCH=main", ...given];
  // It checks the file against the schema of GitLab's own editor first.
  const listed = await runTool(
    join(root, "node_modules", ".bin", "gitlab-ci-local"),
    ["--list-json", ...variables.flatMap((text) => ["--variable", text])],
    {
      cwd: folder,
      env: {
        HOME: folder,
        // Else its warning stands among the JSON.
        GCL_IGNORE_PREDEFINED_VARS: "CI_PIPELINE_SOURCE,CI_COMMIT_BRANCH,CI_DEFAULT_BRANCH",
      },
    },
  );
  const jobs: { name: string; when: string }[] = JSON.parse(listed);
  expect(jobs.filter(({ when }) => when !== "never").map(({ name }) => name)).toEqual(expected);
});
