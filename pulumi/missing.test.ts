import { expect, test } from "vitest";
import { explainMissing } from "./missing.ts";

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
  const explained = explainMissing("dev", { exitCode: 6, said: "error: no stack named 'dev' found" });
  expect(explained).toContain("but Pulumi.dev.yaml exists. Check PULUMI_BACKEND_URL");
  expect(explained).toContain("npm run pulumi -- stack init dev");
});

test("Other failures, and commands without a stack, are not explained", () => {
  expect(explainMissing("prod", { exitCode: 1, said: "error: update failed" })).toBeUndefined();
  expect(explainMissing("", { exitCode: 3, said: "error: unauthorized" })).toBeUndefined();
});
