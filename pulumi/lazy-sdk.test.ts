import { expect, test } from "vitest";
import { root } from "../machine/paths.ts";
import { runTool } from "../machine/toolchain/run-tool.ts";

const hook = `--import=${new URL("lazy-sdk.mjs", import.meta.url)}`;

/** Runs a program that prints JSON, with the hook. */
async function run(program: string): Promise<unknown> {
  return JSON.parse(await runTool("node", [hook, "--eval", program], { cwd: root }));
}

test("The SDK loads less than a third of its modules, and the rest only when it serializes a function", async () => {
  const outcome = await run(`
    const pulumi = require("@pulumi/pulumi");
    const count = Object.keys(require.cache).length;
    const { computeCodePaths } = require("@pulumi/pulumi/runtime/closure/codePaths.js");
    (async () => {
      const { text } = await pulumi.runtime.serializeFunction(() => class A {});
      const paths = await computeCodePaths({});
      const isText = text.includes("class A");
      console.log(JSON.stringify({ isThird: count < 260, isText, hasPaths: paths.size > 0 }));
    })();`);
  expect(outcome).toEqual({ isThird: true, isText: true, hasPaths: true });
}, 30_000);

test("The SDK's tracer and its Automation API work when they are used", async () => {
  const outcome = await run(`
    const tracing = require("@pulumi/pulumi/cmd/run/tracing.js");
    const { automation } = require("@pulumi/pulumi");
    tracing.newSpan("before").end();
    tracing.start("http://127.0.0.1:1/api/v2/spans");
    const isRecording = tracing.newSpan("after").isRecording();
    console.log(JSON.stringify({ isRecording, isClass: typeof automation.LocalWorkspace.create }));`);
  expect(outcome).toEqual({ isRecording: true, isClass: "function" });
}, 30_000);
