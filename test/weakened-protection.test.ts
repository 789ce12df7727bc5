import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Review } from "../ops/review/findings.ts";
import type { SettingCode } from "../ops/review/setting-change.ts";
import { sharedServers } from "./shared-cluster.ts";
import { Workspace } from "./workspace.ts";

// A pull request changes only the stack's file.

const limits = { namePattern: "weak\\.[a-z]+", maxPartitions: 3, requiredConfigs: ["retention.ms"] };
const topics = { "weak.orders": { partitions: 1, replicationFactor: 1, config: { "retention.ms": 1000 } } };
// The connection still works: nothing listens at the last address.
const servers = { "kafka:bootstrapServers": [...sharedServers(), "127.0.0.1:1"] };
const attack = { namePattern: ".*", maxPartitions: 3000, ...servers };
const foundCodes: Readonly<Record<string, SettingCode>> = {
  "kafka:bootstrapServers": "ENDPOINT_ADDED",
  "kafka-topics:maxPartitions": "LIMIT_LOOSENED",
  "kafka-topics:namePattern": "LIMIT_LOOSENED",
};

let workspace: Workspace;

beforeAll(async () => {
  workspace = new Workspace(topics, limits);
  git("init", "--quiet", "--initial-branch=main");
  git("add", "Pulumi.yaml", "Pulumi.test.yaml");
  git("commit", "--quiet", "--message=Deployed");
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
});

afterAll(() => workspace[Symbol.asyncDispose]());

function git(...args: string[]): void {
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
  execFileSync("git", [...author, ...args], { cwd: workspace.folder });
}

/** Reviews the stack with these values in its file. */
async function review(changes: Record<string, unknown>, ...flags: string[]) {
  workspace.configure({ ...limits, ...changes });
  const outcome = await workspace.run("review", "--json", ...flags);
  const found: Review = JSON.parse(outcome.stdout);
  const codes = Object.fromEntries(found.settings.map(({ key, code }) => [key, code]));
  return { ...outcome, ...found, codes };
}

test("An unchanged stack has no changed settings, neither since its deployment nor in the commit", async () => {
  for (const base of [[], ["--base", "main"]]) {
    const found = await review({}, ...base);
    expect(found, found.stdout).toMatchObject({ exitCode: 0, verdict: "safe", settings: [], warnings: [] });
  }
});

test.for([[[]], [["--base", "main"]]] as const)(
  "A foreign server and looser limits stop the review, until the server is allowed by name: %j",
  async ([base]) => {
    const refused = await review(attack, ...base);
    expect(refused, refused.stdout).toMatchObject({
      exitCode: 2,
      verdict: "weakened",
      changes: [],
      errors: [],
      codes: foundCodes,
    });
    const partly = await review(attack, ...base, "--allow-weakened", "kafka:tlsEnabled");
    expect(partly).toMatchObject({ exitCode: 2 });
    expect(partly.stderr).toContain(
      "--allow-weakened names settings that weaken no connection: kafka:tlsEnabled",
    );
    const allowed = await review(attack, ...base, "--allow-weakened", "kafka:bootstrapServers");
    expect(allowed, allowed.stdout).toMatchObject({ exitCode: 0, verdict: "weakened", codes: foundCodes });
  },
);

test("A connection without verification stops the review although its preview fails, and every command warns", async () => {
  const tls = { "kafka:tlsEnabled": "true", "kafka:skipTlsVerify": "true", "kafka:timeout": "2" };
  const codes = {
    "kafka:skipTlsVerify": "TLS_VERIFICATION_DISABLED",
    "kafka:tlsEnabled": "CONNECTION_CHANGED",
    "kafka:timeout": "CONNECTION_CHANGED",
  };
  const connectedAsBase = await review(tls, "--base", "main");
  const stopped = { exitCode: 2, verdict: "weakened", codes };
  expect(connectedAsBase, connectedAsBase.stdout).toMatchObject({ ...stopped, errors: [], warnings: [] });
  const refused = await review(tls);
  expect(refused, refused.stdout).toMatchObject(stopped);
  expect(refused.errors).not.toEqual([]);
  expect(refused.warnings).toContainEqual(
    expect.objectContaining({ code: "TLS_NOT_VERIFIED", key: "kafka:skipTlsVerify" }),
  );
  const warning = 'WARNING: kafka:skipTlsVerify is "true", so certificates are not verified';
  expect(refused.stderr).toContain(warning);
  for (const command of ["preview", "up", "smoke", "topics", "drift", "adopt", "doctor"] as const)
    expect((await workspace.run(command, ...(command === "up" ? ["--yes"] : []))).stderr).toContain(warning);
  workspace.configure({ ...limits, "kafka:tlsEnabled": "true", "kafka:timeout": "2" });
  workspace.environment = { KAFKA_SKIP_VERIFY: "true" };
  const { stdout, stderr } = await workspace.run("review", "--json");
  workspace.environment = {};
  expect(stderr).toContain('WARNING: KAFKA_SKIP_VERIFY is "true"');
  expect(JSON.parse(stdout).warnings).toContainEqual(expect.objectContaining({ key: "KAFKA_SKIP_VERIFY" }));
});

test("A default in Pulumi.yaml loosens a limit as visibly as the stack's file, whose removal is visible too", async () => {
  const { maxPartitions: _, ...others } = limits;
  workspace.configure(others);
  const { stdout, exitCode } = await workspace.run("review", "--base", "main");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/kafka-topics:maxPartitions.*3 → 2147483647: topics are allowed that were refused/);
});

test("A commit that the clone does not have is an error, and so is one without the stack's file", async () => {
  workspace.configure(limits);
  const missing = await workspace.run("review", "--base", "--output=x");
  expect(missing).toMatchObject({ exitCode: 1, stdout: "" });
  const unknown = await workspace.run("review", "--base", "no-such-branch");
  expect(unknown).toMatchObject({ exitCode: 1, stdout: "" });
  expect(unknown.stderr).toContain('--base: given "no-such-branch", allowed: a commit, branch or tag');
  git("rm", "--quiet", "--cached", "Pulumi.test.yaml");
  git("commit", "--quiet", "--message=Without the stack");
  const added = await review({}, "--base", "HEAD");
  expect(added, added.stdout).toMatchObject({
    exitCode: 1,
    errors: [{ code: "STACK_NOT_IN_BASE" }],
    codes: { "Pulumi.test.yaml": "STACK_ADDED" },
  });
});

test("An update reports looser settings and deploys them, and the outputs show no encrypted value", async () => {
  workspace.configure({ ...limits, maxPartitions: 3000 });
  const set = await workspace.shell("npm run pulumi -- config set --secret namePattern", "weak\\..+");
  expect(set, set.stderr).toMatchObject({ exitCode: 0 });
  const updated = await workspace.run("up", "--yes");
  expect(updated, updated.stdout).toMatchObject({ exitCode: 0 });
  expect(updated.stdout).toContain("3 → 3000: topics are allowed that were refused");
  const outputs = await workspace.run("pulumi", "stack", "output", "--json");
  expect(JSON.parse(outputs.stdout).settings).toMatchObject({
    "kafka:bootstrapServers": JSON.stringify(sharedServers()),
    "kafka-topics:maxPartitions": "3000",
    "kafka-topics:namePattern": "[secret]",
  });
});
