import { reportError } from "../machine/command.ts";
import { updateFlags } from "./cli.ts";
import { runPulumi } from "./command.ts";
import { refuseRevealing } from "./revealing-arguments.ts";
import { requireReview } from "./review-config.ts";
import { readStack } from "./stack-name.ts";
import { refuseUnjudged } from "./unjudged.ts";

const given = process.argv.slice(2);
const [command, ...flags] = given;
try {
  refuseUnjudged(given);
  const stack = readStack(given);
  refuseRevealing(stack, given);
  using config = command === "preview" ? await requireReview(stack) : undefined;
  const args = config ? ["preview", ...updateFlags, ...config.flags, ...flags] : given;
  process.exitCode = await runPulumi(stack, args.filter(Boolean), undefined, config?.environment);
} catch (error) {
  process.exitCode = reportError(error);
}
