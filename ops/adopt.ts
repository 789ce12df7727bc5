import { isUnread, readCatalogue } from "../infra/catalogue.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { exitCodes, runCommand } from "../machine/command.ts";
import { writeOutputs } from "../machine/output.ts";
import { loadMeanwhile } from "../pulumi/load-meanwhile.ts";
import { readLocalStack } from "../pulumi/local-stack.ts";
import { explainingSecrets } from "../pulumi/secret-remedy.ts";
import { readStackConnection } from "../pulumi/stack-config.ts";
import { chooseStack } from "../pulumi/stack-name.ts";
import { renderCatalogue } from "./adopt/catalogue-source.ts";
import type { Wanted } from "./adopt/find-topics.ts";
import type { FoundTopics } from "./adopt/findings.ts";
import { fitStack } from "./adopt/fit-stack.ts";
import { renderJson } from "./adopt/json.ts";
import { checkOut, writeNewFile } from "./adopt/out-file.ts";
import { describeReason, explainNothing, reportAdoption, reportObstacles } from "./adopt/wording.ts";
import { readSelection, selectionOptions } from "./selection.ts";

await runCommand({
  help: `Usage: npm run adopt -- [--stack NAME] [--topic GLOB]... [--exclude GLOB]... [--internal] [--out FILE]
                        [--verbose] [--json [FILE]]

Writes a catalogue file that declares the topics on a stack's cluster as they are. The next update adopts them and
changes nothing. Topics that the catalogue already declares, Kafka's own topics and topics of other software (a schema
registry, Kafka Connect, Kafka Streams) are left out. A topic whose newest records are not JSON gets smoke: "metadata".
The command changes nothing on the cluster.

  --stack NAME    the stack, else PULUMI_STACK, else dev
  --topic GLOB    only topics whose name matches; * stands for any characters; can be repeated
  --exclude GLOB  excludes topics whose name matches; can be repeated
  --internal      also adopts topics of other software, with smoke: "metadata"
  --verbose       lists every topic that is left out, even if many have the same reason
  --json [FILE]   prints what happens to each topic as JSON, or writes it to a file
  --out FILE      a new .ts file under infra/topics/, in any directory (infra/topics/adopted.ts)

Exits with 0, or with 1 if nothing was written or a topic that a catalogue cannot declare was left out.
`,
  options: {
    stack: { type: "string", short: "s" },
    ...selectionOptions,
    include: { type: "string" },
    internal: { type: "boolean" },
    verbose: { type: "boolean" },
    json: { type: "string" },
    out: { type: "string", default: "infra/topics/adopted.ts" },
  },
  outputs: ["json"],
  replaced: { include: "--topic GLOB" },
  onError: () => process.stderr.write("Nothing was written.\n"),
  run: async (values) => {
    const selection = readSelection(values, { include: values.include });
    const wanted = { ...selection, internal: values.internal ?? false };
    const stack = chooseStack(values.stack);
    const { found, place } = await adopt(stack, values.out, wanted);
    const isWritten = writeOutputs(values, {
      text: () => (place === undefined ? explainNothing(found) : reportAdoption(found, place, stack)),
      json: () => renderJson(stack, place, found),
    });
    const obstacles = reportObstacles(found, values.verbose ?? false);
    if (obstacles) process.stderr.write(`${obstacles}\n`);
    const isComplete = place !== undefined && found.obstacles.size === 0;
    return isComplete && isWritten ? exitCodes.success : exitCodes.failure;
  },
});

/**
 * Writes the catalogue file.
 * @returns its path from the repository root; absent if there is no topic to adopt
 */
async function adopt(
  stack: string,
  out: string,
  wanted: Omit<Wanted, "declared">,
): Promise<{ readonly found: FoundTopics; readonly place?: string }> {
  const { path, place, infra } = checkOut(out);
  const [catalogue, connection, { findTopics }] = await Promise.all([
    readCatalogue(),
    readStackConnection(stack),
    loadMeanwhile(stack, () => import("./adopt/find-topics.ts")),
  ]);
  // A topic in an unread file would be declared twice.
  const unread = catalogue.problems.filter(isUnread);
  if (unread.length > 0) throw new RefusedError(unread);

  const found = await explainingSecrets(
    stack,
    findTopics(connection, { ...wanted, declared: catalogue.declaredNames }),
  );
  if (found.adopted.length === 0) return { found };
  const comments = new Map(
    [...found.metadataReasons].map(([name, reason]) => [name, describeReason(reason)]),
  );
  const adopted = fitStack(found.adopted, readLocalStack(stack), place);
  writeNewFile(path, renderCatalogue(adopted, comments, infra));
  return { found, place };
}
