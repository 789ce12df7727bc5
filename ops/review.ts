import { evaluateCatalogue } from "../infra/evaluate-catalogue.ts";
import { namesIn } from "../infra/evaluated-catalogue.ts";
import { exitCodes, runCommand } from "../machine/command.ts";
import { outputOptions, writeOutputs } from "../machine/output.ts";
import { showProgress } from "../machine/progress.ts";
import type { BaseStack } from "../pulumi/base-stack.ts";
import { chooseStack } from "../pulumi/stack-name.ts";
import { recreationDefault, recreationOptions } from "./recreation.ts";
import { readAllowed } from "./review/allowed.ts";
import { dataLossOptions, exitCodeOf, reportNeedless } from "./review/data-loss.ts";
import type { Doubt } from "./review/findings.ts";
import { renderJson, renderMarkdown, renderTable } from "./review/render.ts";
import { comparisonOptions, isWeakened, reportNeedlessKeys } from "./review/weakened.ts";
import { readSelection, selectionOptions } from "./selection.ts";

await runCommand({
  help: `Usage: npm run review -- [--stack NAME] [--base COMMIT [--merged TREE]] [--allow-data-loss TOPICS]
                         [--allow-weakened KEYS] [--recreate [TOPICS]] [--topic GLOB]... [--exclude GLOB]... [--verbose]
                         [--json [FILE]] [--markdown [FILE]]

Previews an update of a stack and reports the risk of each change: data loss, caution or safe. Also compares the stack's
settings with those of the last deployment or of a commit, and reports which protect the cluster less than before.

  --stack NAME              the stack, else PULUMI_STACK, else dev
  --base COMMIT             compares the settings with those in a commit, such as origin/main, and takes all connections
                            from the stack's file in it
  --merged TREE             reports the files of a merged pull request, compared with the base, that are neither topics nor
                            stacks: the review does not run them
  --allow-data-loss TOPICS  the topics that may lose records: a,b; '*' for all
  --allow-weakened KEYS     the settings that may weaken the connection: kafka:tlsEnabled; '*' for all
  --recreate [TOPICS]       reviews an update that creates these topics again if they are no longer on the cluster: a,b;
                            by default all
  --topic GLOB              lists only changes of topics whose name matches; * stands for any characters; can be repeated
  --exclude GLOB            excludes changes of topics whose name matches; can be repeated
  --verbose                 lists every topic, even if many change in the same way
  --json [FILE]             prints JSON, or writes it to a file
  --markdown [FILE]         prints the review for a pull request, or writes it to a file

The verdict and the exit code apply to all topics, listed or not. Exits with 0, with 2 if a topic would lose records or a
setting weakens the connection without being allowed to, and with 1 if the update would fail.
`,
  options: {
    stack: { type: "string", short: "s" },
    ...comparisonOptions,
    merged: { type: "string" },
    ...dataLossOptions,
    ...recreationOptions,
    ...selectionOptions,
    verbose: { type: "boolean" },
    ...outputOptions,
  },
  outputs: ["json", "markdown"],
  optional: recreationDefault,
  onError: () => process.stderr.write("The review could not run.\n"),
  run: async (values) => {
    const stack = chooseStack(values.stack);
    const { isSelected: isListed, reportUnmatched } = readSelection(values);
    const allowed = readAllowed(values["allow-data-loss"]);
    const allowedKeys = readAllowed(values["allow-weakened"]);
    const recreated = readAllowed(values.recreate);
    showProgress(`Previewing an update of stack ${stack} ...`);
    const base = values.base === undefined ? undefined : await readBase(values.base, stack);
    const doubts = values.merged === undefined ? [] : await findCode(values.base, values.merged);
    const comparison = { base, allowed: allowedKeys };
    // The catalogue's process runs while this one loads the rest.
    const [catalogue, { readAsReviewer }] = await Promise.all([
      evaluateCatalogue(),
      import("./review/read-as-reviewer.ts"),
    ]);
    const review = await readAsReviewer(stack, allowed, catalogue, comparison, { doubts, recreated });
    showProgress("");

    if (review.topics.length > 0) reportUnmatched(review.topics);
    reportNeedless(review, allowed, namesIn(catalogue));
    reportNeedlessKeys(review, allowedKeys);
    const isWritten = writeOutputs(values, {
      text: () =>
        renderTable(review, {
          columns: process.stdout.columns ?? 120,
          isVerbose: values.verbose ?? false,
          isListed,
        }),
      json: () => renderJson(review, isListed),
      markdown: () => renderMarkdown(review, isListed),
    });
    if (isWeakened(review)) return exitCodes.finding;
    return exitCodeOf(review) || (isWritten ? exitCodes.success : exitCodes.failure);
  },
});

/** Reads the files of the stack in the base. Loaded only here: it loads a parser. */
async function readBase(ref: string, stack: string): Promise<BaseStack> {
  const { readBaseStack } = await import("../pulumi/base-stack.ts");
  return readBaseStack(ref, stack);
}

/** Finds the code that a pull request changes. */
async function findCode(base: string | undefined, merged: string): Promise<Doubt[]> {
  if (base === undefined) throw new Error("--merged: given without --base, allowed: together with it");
  const { findChangedCode } = await import("./review/changed-code.ts");
  const observed = await findChangedCode(base, merged);
  return observed.length > 0 ? [{ code: "CODE_NOT_REVIEWED", observed }] : [];
}
