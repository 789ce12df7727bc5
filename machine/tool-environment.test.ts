import { afterEach, expect, test, vi } from "vitest";
import { isPipeline, npmEnvironment, toolEnvironment } from "./tool-environment.mjs";
import { runTool } from "./toolchain/run-tool.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const secrets = [
  ...["PULUMI_CONFIG_PASSPHRASE", "PULUMI_ACCESS_TOKEN", "KAFKA_SASL_PASSWORD", "KAFKA_CLIENT_KEY"],
  ...["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ARM_CLIENT_SECRET", "GOOGLE_CREDENTIALS", "VAULT_TOKEN"],
  ...["GITHUB_TOKEN", "GH_TOKEN", "CI_JOB_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "PGPASSWORD"],
];

test("A tool's environment contains no variable that may be a secret", async () => {
  for (const name of [...secrets, "NPM_TOKEN", "npm_config_//registry.example/:_authToken"])
    vi.stubEnv(name, "a secret");
  vi.stubEnv("LC_ALL", "C.UTF-8");
  const printed = await runTool("node", ["-p", "JSON.stringify(process.env)"], { env: { GOOS: "linux" } });
  expect(printed).not.toContain("a secret");
  expect(JSON.parse(printed)).toMatchObject({ PATH: process.env.PATH, LC_ALL: "C.UTF-8", GOOS: "linux" });
});

test("npm gets the credentials for its registry, and no other secret", () => {
  const given = Object.fromEntries(
    [...secrets, "NPM_TOKEN", "npm_config_registry"].map((name) => [name, "x"]),
  );
  expect(npmEnvironment(given)).toEqual({ NPM_TOKEN: "x", npm_config_registry: "x" });
});

test("A tool finds programs, caches, proxies and certificates", () => {
  const names = ["PATH", "HOME", "TMPDIR", "https_proxy", "HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS"];
  const given = Object.fromEntries(
    [...names, "JAVA_HOME", "GOMODCACHE", "GOPROXY"].map((name) => [name, "x"]),
  );
  expect(toolEnvironment(given)).toEqual(given);
});

test.each([
  ["true", true],
  ["1", true],
  ["", false],
  ["false", false],
  [undefined, false],
])("With CI=%s, the command runs in a pipeline: %s", (CI, expected) => {
  expect(isPipeline({ CI })).toBe(expected);
});
