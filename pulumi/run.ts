import { reportError } from "../machine/command.ts";
import { updateFlags } from "./cli.ts";
import { runPulumi } from "./command.ts";
import { chooseStack } from "./stack-name.ts";

const [command = "", ...given] = process.argv.slice(2);
const isRecreate = command === "up" && given.includes("--recreate");
const flags = isRecreate ? given.filter((flag) => flag !== "--recreate") : given;
const args =
  command === "preview" || command === "up" ? [command, ...updateFlags, ...flags] : [command, ...flags];
try {
  if (
    ["preview", "up"].includes(command) &&
    flags.some((flag) => /^(-r|--refresh)(=(?!false)|$)/.test(flag))
  ) {
    // The preflight and the review use the state before the refresh, so nobody would have reviewed its result.
    throw new Error(
      `${command} does not accept --refresh. Run npm run pulumi -- refresh, then npm run review, then npm run up.`,
    );
  }
  const stack = chooseStack([command, ...flags]);
  // Imported only if needed: it loads a client.
  process.exitCode = isRecreate ? await (await import("./forget-missing.ts")).forgetMissing(stack) : 0;
  if (process.exitCode === 0) process.exitCode = await runPulumi(stack, args.filter(Boolean));
} catch (error) {
  process.exitCode = reportError(error);
}
