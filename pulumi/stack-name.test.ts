import { afterEach, expect, test, vi } from "vitest";
import { checkNewName, chooseStack } from "./stack-name.ts";

afterEach(() => vi.unstubAllEnvs());

test("The stack is that of the arguments, else PULUMI_STACK, else dev", () => {
  vi.stubEnv("PULUMI_STACK", undefined);
  expect(chooseStack([])).toBe("dev");
  vi.stubEnv("PULUMI_STACK", "staging");
  expect(chooseStack(["--diff"])).toBe("staging");
  expect(chooseStack(["--stack", "prod", "--diff"])).toBe("prod");
  expect(chooseStack(["--stack=prod"])).toBe("prod");
  for (const flag of [["-s", "prod"], ["-sprod"], ["-s=prod"]]) expect(chooseStack(flag)).toBe("prod");
});

test("The stack of init, select and rm is their argument, and login has no stack", () => {
  expect(chooseStack(["stack", "init", "staging"])).toBe("staging");
  expect(chooseStack(["stack", "rm", "--yes", "staging"])).toBe("staging");
  expect(chooseStack(["stack", "output", "topics", "--stack", "prod"])).toBe("prod");
  expect(chooseStack(["login", "file://~"])).toBe("");
});

test("A new stack has a name that Pulumi accepts and that is safe in a file's name", () => {
  for (const name of ["prod", "eu-west-1.prod", "0", "_a", "a".repeat(100)]) checkNewName(name);
  for (const name of ["", "..", ".", "-prod", "acme/prod", "pröd", "a b", "a".repeat(101)])
    expect(() => checkNewName(name)).toThrow('allowed: 1 to 100 letters, digits, ".", "_" and "-"');
  expect(() => checkNewName("dev")).toThrow("dev is the cluster that npm start runs here");
});
