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
    // The preflight and the review know the state as it was before, and nobody would have seen what comes of it.
    throw new Error(
      `${command} takes no --refresh. First npm run pulumi -- refresh, then npm run review, then up.`,
    );
  }
  const stack = chooseStack([command, ...flags]);
  // Only then: it loads a client.
  process.exitCode = isRecreate ? await (await import("./forget-missing.ts")).forgetMissing(stack) : 0;
  if (process.exitCode === 0) process.exitCode = await runPulumi(stack, args.filter(Boolean));
} catch (error) {
  process.exitCode = reportError(error);
}
