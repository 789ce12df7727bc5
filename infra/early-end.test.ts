import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

/** A program in plain Node, which the engine's language host loads in the same way. */
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

test("A program that awaits what never comes ends with an error, one that has declared its topics with 0", () => {
  expect(runProgram("await new Promise(() => {})")).toEqual({
    exitCode: 1,
    stderr: "The program ended before it had declared its topics. Nothing is changed.\n",
  });
  expect(runProgram("")).toEqual({ exitCode: 0, stderr: "" });
});
