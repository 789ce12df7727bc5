import { expect, test } from "vitest";
import { root } from "../machine/paths.ts";
import { runTool } from "../machine/toolchain/run-tool.ts";

const hook = `--import=${new URL("lazy-sdk.mjs", import.meta.url)}`;

test("The SDK loads less than half of its modules, and the rest only when it serializes a function", async () => {
  const program = `
    const pulumi = require("@pulumi/pulumi");
    const isHalf = Object.keys(require.cache).length < 400;
    const { computeCodePaths } = require("@pulumi/pulumi/runtime/closure/codePaths.js");
    (async () => {
      const { text } = await pulumi.runtime.serializeFunction(() => class A {});
      const paths = await computeCodePaths({});
      console.log(JSON.stringify({ isHalf, isText: text.includes("class A"), hasPaths: paths.size > 0 }));
    })();`;
  const said = await runTool("node", [hook, "--eval", program], { cwd: root });
  expect(JSON.parse(said)).toEqual({ isHalf: true, isText: true, hasPaths: true });
}, 30_000);
