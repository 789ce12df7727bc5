import { expect, test } from "vitest";
import { root } from "../machine/paths.ts";
import { runTool } from "../machine/toolchain/run-tool.ts";

const reportClient = `data:text/javascript,${encodeURIComponent(`
  import module from "node:module";
  module.registerHooks({
    load(url, context, next) {
      if (url.includes("/node_modules/@platformatic/kafka/")) { process.exitCode = 3; console.error(url); }
      return next(url, context);
    },
  });
`)}`;

test.for(["adopt", "doctor", "drift", "new-stack", "review", "secret", "topics", "up"])(
  "%s loads no Kafka client before it asks the engine",
  async (name) => {
    const args = [`--import=${reportClient}`, `ops/${name}.ts`, "--help"];
    expect(await runTool("node", args, { cwd: root })).toContain(`npm run ${name}`);
  },
);
