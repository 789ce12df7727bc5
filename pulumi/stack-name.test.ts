import { afterEach, expect, test, vi } from "vitest";
import { checkNewName, chooseStack, readStack } from "./stack-name.ts";

afterEach(() => vi.unstubAllEnvs());

test("The stack is that of the arguments, else PULUMI_STACK, else dev", () => {
  vi.stubEnv("PULUMI_STACK", undefined);
  expect(readStack([])).toBe("dev");
  vi.stubEnv("PULUMI_STACK", "staging");
  expect(readStack(["--diff"])).toBe("staging");
  expect(readStack(["--stack", "prod", "--diff"])).toBe("prod");
  expect(readStack(["--stack=prod"])).toBe("prod");
  for (const flag of [["-s", "prod"], ["-sprod"], ["-s=prod"]]) expect(readStack(flag)).toBe("prod");
});

test("The value of another flag is no stack", () => {
  vi.stubEnv("PULUMI_STACK", undefined);
  for (const args of [["-msprod"], ["-ymsprod"], ["-m", "-sprod"], ["--message", "--stack=prod"], ["-csa=b"]])
    expect(readStack(["destroy", ...args]), args.join(" ")).toBe("dev");
  expect(readStack(["import", "-fs.json"])).toBe("dev");
  expect(readStack(["destroy", "-fsprod"])).toBe("prod");
});

test("The stack of our commands is the parsed value, else PULUMI_STACK, else dev", () => {
  vi.stubEnv("PULUMI_STACK", undefined);
  expect(chooseStack(undefined)).toBe("dev");
  for (const given of ["prod", "=prod"]) expect(chooseStack(given)).toBe("prod");
  vi.stubEnv("PULUMI_STACK", "staging");
  expect(chooseStack(undefined)).toBe("staging");
  expect(() => chooseStack("")).toThrow("--stack: given nothing, allowed: the name of a stack");
});

test("The stack of init, select and rm is their argument, and login has no stack", () => {
  expect(readStack(["stack", "init", "staging"])).toBe("staging");
  expect(readStack(["stack", "rm", "--yes", "staging"])).toBe("staging");
  expect(readStack(["stack", "output", "topics", "--stack", "prod"])).toBe("prod");
  expect(readStack(["login", "file://~"])).toBe("");
});

test("A new stack has a name that Pulumi accepts and that is safe in a file's name", () => {
  for (const name of ["prod", "eu-west-1.prod", "0", "_a", "a".repeat(100)]) checkNewName(name);
  for (const name of ["", "..", ".", "-prod", "acme/prod", "pröd", "a b", "a".repeat(101)])
    expect(() => checkNewName(name)).toThrow('allowed: 1 to 100 letters, digits, ".", "_" and "-"');
  expect(() => checkNewName("dev")).toThrow("dev is the cluster that npm start runs here");
});
