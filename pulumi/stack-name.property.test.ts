import fc from "fast-check";
import { expect } from "vitest";
import { isUnexpected } from "../machine/command.ts";
import { oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { readStack } from "./stack-name.ts";

const args = fc.array(
  fc.oneof(
    fc.constantFrom("up", "stack", "rm", "init", "config", "login", "--", "-", "-y", "--json"),
    fc.constantFrom("--stack", "-s", "--stack=prod", "--stack=", "-sprod", "-s=prod", "prod"),
    oddText,
    oddText.map((text) => `--${text}`),
  ),
  { maxLength: 5 },
);

testProperty("Any command line of the engine has a stack, or none, or is refused", args, (args) => {
  try {
    const stack = readStack(args);
    expect(stack).toBeTypeOf("string");
    if (stack === "") expect(["login", "logout", "whoami", "new"]).toContain(args[0]);
  } catch (error) {
    expect(isUnexpected(error), String(error)).toBe(false);
  }
});
