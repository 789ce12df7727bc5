import { exitCodes, runCommand } from "../machine/command.ts";
import { outputOptions, writeOutputs } from "../machine/output.ts";
import { chooseStack } from "../pulumi/stack-name.ts";
import { compareStack } from "./drift/compare.ts";
import { renderJson, renderMarkdown, renderTable } from "./drift/render.ts";
import { readSelection, selectionOptions } from "./selection.ts";

/** A separate exit code for differences, as in `terraform plan`; workflows depend on it. */
const drifted = 7;

await runCommand({
  help: `Usage: npm run drift -- [--stack NAME] [--topic GLOB]... [--exclude GLOB]... [--internal] [--verbose]
                        [--json [FILE]] [--markdown [FILE]]

Compares what a stack's last update deployed with what is on the cluster: missing topics, partition counts, replication
factors, configs that were changed, removed or added by hand, and undeclared topics. It changes nothing.

  --stack NAME       the stack, else PULUMI_STACK, else dev
  --topic GLOB       only topics whose name matches; * stands for any characters; can be repeated
  --exclude GLOB     excludes topics whose name matches; can be repeated
  --internal         reports undeclared topics of other software, such as a schema registry, too
  --verbose          lists every topic, even if many differ in the same way
  --json [FILE]      prints JSON, or writes it to a file
  --markdown [FILE]  prints the result for an issue, or writes it to a file

Exits with 0 if there is no drift, with 7 if there is drift, and with 1 if something could not be compared.
`,
  options: {
    stack: { type: "string", short: "s" },
    ...selectionOptions,
    ignore: { type: "string" },
    internal: { type: "boolean" },
    verbose: { type: "boolean" },
    ...outputOptions,
  },
  replaced: { ignore: "--exclude GLOB" },
  outputs: ["json", "markdown"],
  run: async (values) => {
    const selection = readSelection(values, { exclude: values.ignore });
    const drift = await compareStack(chooseStack(values.stack), {
      ...selection,
      internal: values.internal ?? false,
    });
    const isWritten = writeOutputs(values, {
      text: () => renderTable(drift, values.verbose ?? false),
      json: () => renderJson(drift),
      markdown: () => renderMarkdown(drift),
    });
    if (drift.gaps.length > 0 || !isWritten) return exitCodes.failure;
    return drift.isDrifted ? drifted : exitCodes.success;
  },
});
