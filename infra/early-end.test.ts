import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

/** Runs a program in plain Node, loaded as the engine's language host loads it. */
function runProgram(declare: string) {
  const module = JSON.stringify(new URL("early-end.ts", import.meta.url).href);
  const program = `import(${module}).then(async ({ refuseEarlyEnd }) => {
    const endDeclarations = refuseEarlyEnd();
    ${declare};
    endDeclarations();
  });`;
  const { status, stderr } = spawnSync("node", ["--eval", program], { encoding: "utf8" });
  return { exitCode: status, stderr };
}

test("A program that awaits a promise forever fails, and one that has declared its topics exits with 0", () => {
  expect(runProgram("await new Promise(() => {})")).toEqual({
    exitCode: 1,
    stderr: "The program ended before it declared its topics. Nothing was changed.\n",
  });
  expect(runProgram("")).toEqual({ exitCode: 0, stderr: "" });
});
