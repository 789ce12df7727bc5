import { reportError } from "../machine/command.ts";
import { updateFlags } from "./cli.ts";
import { runPulumi } from "./command.ts";
import { chooseStack } from "./stack-name.ts";
import { refuseUnjudged } from "./unjudged.ts";

const given = process.argv.slice(2);
const [command, ...flags] = given;
const args = command === "preview" ? [command, ...updateFlags, ...flags] : given;
try {
  refuseUnjudged(given);
  const stack = chooseStack(given);
  process.exitCode = await runPulumi(stack, args.filter(Boolean));
} catch (error) {
  process.exitCode = reportError(error);
}
