import { evaluateCatalogue } from "../infra/evaluate-catalogue.ts";
import { exitCodes, runCommand } from "../machine/command.ts";
import { refuseRevealing } from "../pulumi/revealing-arguments.ts";
import { chooseStack } from "../pulumi/stack-name.ts";
import { recreationDefault } from "./recreation.ts";
import { readAllowed } from "./review/allowed.ts";
import { hashReview } from "./review/review-hash.ts";
import { requireConfirmation } from "./up/confirmation.ts";
import { readEngineFlags, refusedFlags, upOptions } from "./up/engine-flags.ts";
import { checkReviewed, describeFinding, parseHash } from "./up/reviewed.ts";
import { updateStack } from "./up/update.ts";

await runCommand({
  help: `Usage: npm run up -- [--stack NAME] [--allow-data-loss TOPICS] [--reviewed HASH] [--recreate [TOPICS]]
                     [--yes] [FLAGS OF PULUMI]

Previews an update of a stack, judges it as npm run review does, and deploys it unless it would lose records or change
nothing.

  --stack NAME              the stack, else PULUMI_STACK, else dev
  --allow-data-loss TOPICS  the topics that may lose records: a,b; '*' for all; can be repeated
  --reviewed HASH           deploys only what the review with this hash has seen
  --recreate [TOPICS]       creates these topics again if they are no longer on the cluster: a,b; by default all
  --yes                     deploys without asking for confirmation; required if there is no terminal
  --skip-preview            does the same, and shows the review only if it stops the update

Other flags are passed on to Pulumi, for example --diff, --parallel, --target and --message. Exits with 2, before anything
is changed, if a topic that is not allowed to would lose records, or if the hash differs; with 1 if the update would fail;
and otherwise with Pulumi's exit code.
`,
  options: upOptions,
  optional: recreationDefault,
  refused: refusedFlags,
  run: async (values, args) => {
    const stack = chooseStack(values.stack);
    refuseRevealing(stack, ["up", ...args]);
    const reviewed = values.reviewed === undefined ? undefined : parseHash(values.reviewed);
    const isQuiet = values["skip-preview"] ?? false;
    const isConfirmed = requireConfirmation(`npm run up -- --stack ${stack} --yes`, {
      isConfirmed: values.yes || isQuiet,
      isInteractive: !values["non-interactive"],
    });
    // Meanwhile, what reads the state is loaded.
    const [catalogue] = await Promise.all([evaluateCatalogue(), import("../pulumi/recover-state.ts")]);
    // With --json, the engine's JSON is the only text on standard output.
    const output = values.json ? process.stderr : process.stdout;
    const finding = reviewed && checkReviewed(reviewed, hashReview(stack, catalogue));
    if (finding) {
      output.write(`${describeFinding(finding, stack)}\n`);
      return exitCodes.finding;
    }
    return updateStack(stack, {
      catalogue,
      allowed: readAllowed(values["allow-data-loss"]),
      flags: readEngineFlags(args),
      isConfirmed,
      isQuiet,
      recreated: readAllowed(values.recreate),
      output,
    });
  },
});
