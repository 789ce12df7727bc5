import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { root } from "../machine/paths.ts";
import { mostStages } from "../ops/stages/order-stacks.ts";
import { copyProgram } from "./copy-program.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const schema = z.object({
  jobs: z.record(
    z.string(),
    z.looseObject({
      needs: z.union([z.string().transform((name) => [name]), z.array(z.string())]).default([]),
      if: z.string(),
      steps: z.array(z.object({ id: z.string().optional(), run: z.string().default("") })).default([]),
    }),
  ),
});
const { jobs } = schema.parse(parse(readFileSync(join(root, ".github", "workflows", "deploy.yml"), "utf8")));
const { order, ...stageJobs } = jobs;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-stages-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("Each stage of deploy.yml deploys its own stacks, and in everything else does what the first one does", () => {
  expect(Object.keys(stageJobs)).toHaveLength(mostStages);
  const [first] = Object.values(stageJobs);
  for (const [name, job] of Object.entries(stageJobs)) {
    const stack = `\${{ fromJSON(needs.order.outputs.${name} || '[]') }}`;
    expect(job).toEqual({
      ...first,
      needs: job.needs,
      if: job.if,
      strategy: { "fail-fast": false, matrix: { stack } },
    });
  }
});

/** Runs the step that finds the stages, in a repository with these stacks; returns its exit code and the job's outputs. */
function findStages(stacks: Readonly<Record<string, string>>) {
  const repository = mkdtempSync(join(folder, "stages-"));
  copyProgram(repository);
  for (const [stack, promoteAfter] of Object.entries(stacks))
    writeFileSync(
      join(repository, `Pulumi.${stack}.yaml`),
      `config:\n  kafka-topics:promoteAfter: ${promoteAfter}\n`,
    );
  const script = order?.steps.find(({ id }) => id === "stages")?.run ?? "";
  const output = join(repository, "output");
  writeFileSync(output, "");
  const env = {
    PATH: process.env.PATH,
    STACKS: JSON.stringify(Object.keys(stacks)),
    RUNNER_TEMP: repository,
    GITHUB_OUTPUT: output,
  };
  const { status, stderr } = spawnSync("bash", ["-e", "-c", script], {
    cwd: repository,
    env,
  });
  const lines = readFileSync(output, "utf8").trim().split("\n");
  return {
    status,
    stderr: String(stderr),
    outputs: Object.fromEntries(lines.map((line) => line.split("="))),
  };
}

/**
 * Returns the stacks that deploy.yml deploys.
 * @param outputs of the job order; absent if it fails
 * @param failing stacks whose deployment or smoke run fails or is cancelled
 */
function deployedStacks(
  outputs: Readonly<Record<string, string>> | undefined,
  failing: readonly string[] = [],
  variables: Readonly<Record<string, string>> = { STACKS: "[]" },
): string[] {
  const needs: Record<string, { result: string; outputs: Readonly<Record<string, string>> }> = {};
  const deployed: string[] = [];
  for (const [name, job] of Object.entries(jobs)) {
    // With one of these functions, GitHub would not require that all needed jobs succeed.
    expect(job.if).not.toMatch(/always|failure|cancelled|success|\$\{\{/);
    expect(Object.keys(needs)).toEqual(expect.arrayContaining(job.needs));
    const context = {
      github: { ref: "refs/heads/main" },
      vars: variables,
      needs: Object.fromEntries(job.needs.map((needed) => [needed, needs[needed]])),
    };
    const isReady = job.needs.every((needed) => needs[needed]?.result === "success");
    if (!isReady || !runInNewContext(job.if, context)) needs[name] = { result: "skipped", outputs: {} };
    else if (name === "order")
      needs[name] = { result: outputs ? "success" : "failure", outputs: outputs ?? {} };
    else {
      const stacks: string[] = JSON.parse(outputs?.[name] ?? "[]");
      // GitHub refuses a matrix without values.
      expect(stacks).not.toEqual([]);
      deployed.push(...stacks);
      const isFailed = stacks.some((stack) => failing.includes(stack));
      needs[name] = { result: isFailed ? "failure" : "success", outputs: {} };
    }
  }
  return deployed;
}

test("deploy.yml deploys a stack only after those that it is promoted after", () => {
  const chain = findStages({ prod: "[staging]", dev: "[]", staging: "[dev]" });
  expect(chain).toMatchObject({
    status: 0,
    outputs: { first: '["dev"]', second: '["staging"]', third: '["prod"]' },
  });
  expect(deployedStacks(chain.outputs)).toEqual(["dev", "staging", "prod"]);
  expect(deployedStacks(chain.outputs, ["dev"])).toEqual(["dev"]);
  expect(deployedStacks(chain.outputs, ["staging"])).toEqual(["dev", "staging"]);

  const two = findStages({ eu: "[test, dev]", us: "[test]", test: "[]", dev: "[]" });
  expect(two).toMatchObject({
    status: 0,
    outputs: { first: '["test","dev"]', second: '["eu","us"]', third: "[]" },
  });
  expect(deployedStacks(two.outputs)).toEqual(["test", "dev", "eu", "us"]);
  // Also those that are not promoted after the failing stack.
  expect(deployedStacks(two.outputs, ["dev"])).toEqual(["test", "dev"]);

  const one = findStages({ staging: "[]", prod: "[]" });
  expect(one).toMatchObject({
    status: 0,
    outputs: { first: '["staging","prod"]', second: "[]", third: "[]" },
  });
  expect(deployedStacks(one.outputs)).toEqual(["staging", "prod"]);
});

test("deploy.yml deploys nothing without stacks, or if they have no order", () => {
  expect(deployedStacks({}, [], { STACKS: "" })).toEqual([]);
  const { status, stderr } = findStages({ staging: "[prod]", prod: "[staging]" });
  expect(status).toBe(1);
  expect(stderr).toContain("Pulumi.staging.yaml: promoteAfter: given 'prod', allowed: ");
  expect(deployedStacks(undefined)).toEqual([]);
});
