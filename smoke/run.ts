import { parseArgs } from "node:util";
import { chooseStack } from "../engine/pulumi.ts";
import { readSmokeInput } from "./setup.ts";
import { removeReport, runSuite } from "./suite.ts";

const help = `Usage: npm run smoke -- [--stack NAME]

Sends one JSON record to every partition of every topic that the stack deployed, and reads it back.

  --stack NAME  the stack, else PULUMI_STACK, else dev

Writes smoke-report/: junit.xml and results.json.
Exits with 0 when every topic passes, 1 when one fails, 2 when the suite could not run.
`;

const args = process.argv.slice(2);
try {
  const { values } = parseArgs({
    args,
    options: { stack: { type: "string", short: "s" }, help: { type: "boolean" } },
  });
  if (values.help) {
    process.stdout.write(help);
  } else {
    removeReport();
    const { passed } = await runSuite(await readSmokeInput(chooseStack(args)));
    process.exitCode = passed ? 0 : 1;
  }
} catch (error) {
  process.stderr.write(`The smoke suite could not run.\n${(error as Error).message}\n`);
  process.exitCode = 2;
}
