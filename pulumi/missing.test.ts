import { afterEach, expect, test, vi } from "vitest";
import { explainMissing } from "./missing.ts";

afterEach(() => void vi.unstubAllEnvs());

const newStack = "npm run new-stack -- prod";

test.for([
  ["a missing stack", 6, "error: no stack named 'prod' found", "The backend has no stack prod. "],
  [
    "a missing stack, for a command that gets its name from the environment",
    1,
    "error: no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one",
    "The backend has no stack prod. ",
  ],
  [
    "a missing backend",
    3,
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    'has no backend, or you are not logged in to it ("PULUMI_ACCESS_TOKEN must be set for login',
  ],
  [
    "a backend whose directory is missing",
    1,
    'error: unable to open state directory "file:///states": stat /states: no such file or directory',
    "The directory of the backend does not exist",
  ],
  [
    "a missing passphrase",
    1,
    "error: getting stack configuration: get stack secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE",
    "Stack prod encrypts its secrets with a passphrase, which is not set. Set PULUMI_CONFIG_PASSPHRASE to the passphrase that you chose in npm run new-stack -- prod",
  ],
  [
    "a wrong passphrase",
    1,
    "error: incorrect passphrase",
    "The passphrase is not that of stack prod. Set PULUMI_CONFIG_PASSPHRASE to the passphrase that you chose in npm run",
  ],
] as const)("%s is explained, and the command that creates a stack is named", ([, exitCode, said, words]) => {
  const explained = explainMissing("prod", { exitCode, said });
  expect(explained).toContain(words);
  expect(explained).toContain(newStack);
});

test("For a stack with a config, a missing stack is probably in another backend", () => {
  const explained = explainMissing("prod", { exitCode: 6, said: "error: no stack named 'prod' found" }, true);
  expect(explained).toContain("but Pulumi.prod.yaml exists. Check PULUMI_BACKEND_URL");
  expect(explained).toContain("npm run pulumi -- stack init prod");
});

test.for([
  ["dev", "npm start"],
  ["dev-secure", "npm start -- --secure"],
] as const)("%s is missing only in another backend than this clone's own", ([stack, start]) => {
  vi.stubEnv("PULUMI_BACKEND_URL", "s3://states?region=eu-central-1");
  const explained = explainMissing(stack, { exitCode: 6, said: `error: no stack named '${stack}' found` });
  expect(explained).toContain("PULUMI_BACKEND_URL names another one. Unset this variable.");
  expect(explained).toContain(`instead: ${start}`);
  expect(explained).not.toContain("stack init");
});

test.for([
  [
    "foo://ada:secret@x",
    3,
    "error: PULUMI_ACCESS_TOKEN must be set",
    "given foo://ada:***@x, not the URL of a backend. Use a URL that",
  ],
  [
    "s3://states",
    1,
    'error: read ".pulumi/meta.yaml": operation error S3: Invalid region: region was not a valid DNS name.',
    "given s3://states, the backend cannot be used",
  ],
] as const)("If %s cannot be used, the variable is named with what to do", ([url, exitCode, said, words]) => {
  vi.stubEnv("PULUMI_BACKEND_URL", url);
  expect(explainMissing("prod", { exitCode, said })).toContain(`PULUMI_BACKEND_URL: ${words}`);
  expect(explainMissing("dev", { exitCode, said })).toContain("Unset this variable.");
});

test("A file with the passphrase that cannot be read is named with its variable", () => {
  const said =
    "error: getting stack configuration: unable to read PULUMI_CONFIG_PASSPHRASE_FILE: open /nope: no such file or directory";
  const explained = explainMissing("prod", { exitCode: 1, said });
  expect(explained).toContain("PULUMI_CONFIG_PASSPHRASE_FILE: given a file that cannot be read");
  expect(explained).toContain("open /nope");
  expect(explained).toContain("set PULUMI_CONFIG_PASSPHRASE to");
});

test("Other failures, and commands without a stack, are not explained", () => {
  expect(explainMissing("prod", { exitCode: 1, said: "error: update failed" })).toBeUndefined();
  expect(explainMissing("", { exitCode: 3, said: "error: unauthorized" })).toBeUndefined();
});
