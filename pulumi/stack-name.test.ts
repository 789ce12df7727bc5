import { afterEach, expect, test, vi } from "vitest";
import { chooseStack } from "./stack-name.ts";

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
