import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { root } from "../machine/paths.ts";
import { runTool } from "../machine/toolchain/run-tool.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const gitlab = readFileSync(join(root, "docs", "gitlab", ".gitlab-ci.yml"), "utf8");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-gitlab-"));
  // gitlab-ci-local lists jobs without the rules of the pipeline, so these become a job's.
  const { workflow } = z.object({ workflow: z.object({ rules: z.unknown() }) }).parse(parse(gitlab));
  const pipeline = stringify({ pipeline: { stage: "set-up", script: ["true"], rules: workflow.rules } });
  writeFileSync(join(folder, ".gitlab-ci.yml"), `${gitlab}\n${pipeline}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const [ofFirst, ofSecond] = ["1".repeat(40), "2".repeat(40)];

test.each([
  ["its commit", `x,allow-data-loss-${ofSecond},allow-weakened-protection-${ofSecond}`, "", "**"],
  ["one of both for its commit", `allow-data-loss-${ofSecond},y`, "", "*"],
  ["an earlier commit", `allow-data-loss-${ofFirst},allow-weakened-protection-${ofFirst}`, "", ""],
  ["no commit", `allow-data-loss,allow-weakened-protection,allow-data-loss-,allow-data-loss-2222`, "", ""],
  ["its commit, a re-creation", `allow-recreation-${ofSecond},allow-recreation-${ofFirst}`, "", "*"],
  ["its commit, in the pipeline of a merged result", `allow-weakened-protection-${ofSecond}`, ofSecond, "*"],
])("On GitLab, a review allows what labels of the merge request allow for %s", (_, labels, source, said) => {
  const { review } = z.object({ review: z.object({ script: z.array(z.string()) }) }).parse(parse(gitlab));
  const lines = review.script.filter((line) => /^(head=|case )/.test(line));
  expect(lines.filter((line) => line.startsWith("case "))).toHaveLength(3);
  const env = {
    PATH: process.env.PATH,
    CI_MERGE_REQUEST_LABELS: labels,
    CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: source,
    CI_COMMIT_SHA: source === "" ? ofSecond : ofFirst,
  };
  const script = [...lines, 'printf %s "$ALLOW_DATA_LOSS$ALLOW_WEAKENED$RECREATE"'].join("\n");
  expect(String(spawnSync("bash", ["-e", "-c", script], { env }).stdout)).toBe(said);
});

test("On GitLab, the code that runs next to variables of an environment is that of the default branch", () => {
  expect(gitlab).toContain('git fetch --quiet origin "$CI_DEFAULT_BRANCH"');
  expect(gitlab).not.toMatch(/git \S.*CI_MERGE_REQUEST_TARGET_BRANCH/);
});

test.each([
  [
    "a merge request",
    ["CI_PIPELINE_SOURCE=merge_request_event", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main"],
    ["set-up", "test", "review: [prod]"],
  ],
  [
    "a merge request into a branch that anyone may have pushed",
    ["CI_PIPELINE_SOURCE=merge_request_event", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME=x"],
    [],
  ],
  [
    "main",
    ["CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=main"],
    ["set-up", "test", "plan: [prod]", "deploy: [prod]"],
  ],
  ["a schedule", ["CI_PIPELINE_SOURCE=schedule", "CI_COMMIT_BRANCH=main"], ["set-up", "drift: [prod]"]],
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
        GCL_IGNORE_PREDEFINED_VARS: given
          .concat("CI_COMMIT_BRANCH", "CI_DEFAULT_BRANCH")
          .join()
          .replace(/=[^,]*/g, ""),
      },
    },
  );
  const jobs: { name: string; when: string }[] = JSON.parse(listed);
  const run = jobs.filter(({ when }) => when !== "never").map(({ name }) => name);
  expect(run.includes("pipeline") ? run.filter((name) => name !== "pipeline") : []).toEqual(expected);
  // Nor would a job that has variables of an environment run without the rules of the pipeline.
  if (expected.length === 0) expect(run).toEqual(["set-up", "test"]);
});
