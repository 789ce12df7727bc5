import { type CatalogueEntry, isUnread, readCatalogue } from "../infra/catalogue.ts";
import { isOnStack } from "../infra/layers.ts";
import { ignores, type Stack } from "../infra/stack.ts";
import { listStacks } from "../infra/stack-files.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import { exitCodes, runCommand } from "../machine/command.ts";
import { writeOutputs } from "../machine/output.ts";
import { loadMeanwhile } from "../pulumi/load-meanwhile.ts";
import { readLocalStack, readStackFile } from "../pulumi/local-stack.ts";
import { explainingSecrets } from "../pulumi/secret-remedy.ts";
import { readStackConnection } from "../pulumi/stack-config.ts";
import { chooseStack } from "../pulumi/stack-name.ts";
import { renderCatalogue } from "./adopt/catalogue-source.ts";
import type { Wanted } from "./adopt/find-topics.ts";
import type { Elsewhere, FoundTopics } from "./adopt/findings.ts";
import { fitStack } from "./adopt/fit-stack.ts";
import { renderJson } from "./adopt/json.ts";
import { checkOut, findTeamFiles, type OutFile, writeNewFiles } from "./adopt/out-file.ts";
import { parseSplit, teamOf } from "./adopt/teams.ts";
import { describeReason, explainNothing, reportAdoption, reportObstacles } from "./adopt/wording.ts";
import { readSelection, selectionOptions } from "./selection.ts";

await runCommand({
  help: `Usage: npm run adopt -- [--stack NAME] [--topic GLOB]... [--exclude GLOB]... [--internal]
                        [--out FILE | --by-team [--split REGEXP]] [--verbose] [--json [FILE]]

Writes a catalogue file that declares the topics on a stack's cluster as they are. The next update adopts them and
changes nothing. Topics that the catalogue already declares or the stack ignores (ignore), Kafka's own topics and topics of
other software (a schema registry, Kafka Connect, Kafka Streams) are left out. A topic whose newest records are not JSON
gets smoke: "dry-run". The command changes nothing on the cluster.

  --stack NAME    the stack, else PULUMI_STACK, else dev
  --topic GLOB    only topics whose name matches; * stands for any characters; can be repeated
  --exclude GLOB  excludes topics whose name matches; can be repeated
  --internal      also adopts topics of other software, with smoke: "dry-run"
  --verbose       lists every topic that is left out, even if many have the same reason
  --json [FILE]   prints what happens to each topic as JSON, or writes it to a file
  --out FILE      a new .ts file under infra/topics/, in any directory (infra/topics/adopted.ts)
  --by-team       writes a file for each team: infra/topics/TEAM/adopted.ts, or adopted-2.ts and so on if that
                  file exists. TEAM is the team whose prefix in the stack's config (teams) matches, else the part of
                  the topic's name before the first dot
  --split REGEXP  takes the team from the topic's name instead: the first capture group, or the whole match

Exits with 0, or with 1 if nothing was written or a topic that a catalogue cannot declare was left out.
`,
  options: {
    stack: { type: "string", short: "s" },
    ...selectionOptions,
    include: { type: "string" },
    internal: { type: "boolean" },
    verbose: { type: "boolean" },
    json: { type: "string" },
    out: { type: "string" },
    "by-team": { type: "boolean" },
    split: { type: "string" },
  },
  outputs: ["json"],
  replaced: { include: "--topic GLOB" },
  onError: () => process.stderr.write("Nothing was written.\n"),
  run: async (values) => {
    const selection = readSelection(values, { include: values.include });
    const wanted = { ...selection, internal: values.internal ?? false };
    const stack = chooseStack(values.stack);
    const { found, places } = await adopt(stack, chooseFiles(values), wanted);
    const isWritten = writeOutputs(values, {
      text: () => (places.length === 0 ? explainNothing(found, stack) : reportAdoption(found, places, stack)),
      json: () => renderJson(stack, places, found),
    });
    const obstacles = reportObstacles(found, values.verbose ?? false);
    if (obstacles) process.stderr.write(`${obstacles}\n`);
    const isComplete = places.length > 0 && found.obstacles.size === 0;
    return isComplete && isWritten ? exitCodes.success : exitCodes.failure;
  },
});

/**
 * @throws Error if the flags contradict each other, if `--split` is not a regular expression, or if the file of `--out` exists or
 * is not one that the program reads
 */
function chooseFiles(values: {
  readonly out?: string | undefined;
  readonly "by-team"?: boolean | undefined;
  readonly split?: string | undefined;
}): (topics: readonly TopicSpec[], stack: Stack) => Map<OutFile, TopicSpec[]> {
  const split = parseSplit(values.split);
  if (!values["by-team"]) {
    if (split) throw new Error("--split: given without --by-team, allowed: only with it");
    const file = checkOut(values.out ?? "infra/topics/adopted.ts");
    return (topics) => new Map([[file, [...topics]]]);
  }
  if (values.out !== undefined) throw new Error("--out: given with --by-team, allowed: one of them");
  return (topics, { teams }) => {
    const byTeam = Map.groupBy(topics, ({ name }) => teamOf(name, { teams, split }));
    const sorted = [...byTeam].sort(([a], [b]) => (a < b ? -1 : 1));
    const files = findTeamFiles(sorted.map(([team]) => team));
    return new Map(files.map((file, at) => [file, sorted[at]?.[1] ?? []]));
  };
}

/**
 * Writes the catalogue files.
 * @param findFiles chooses the file of each topic
 * @returns the files' paths from the repository root; none if there is no topic to adopt
 */
async function adopt(
  name: string,
  findFiles: (topics: readonly TopicSpec[], stack: Stack) => Map<OutFile, TopicSpec[]>,
  wanted: Omit<Wanted, "declared" | "elsewhere" | "isIgnored">,
): Promise<{ readonly found: FoundTopics; readonly places: readonly string[] }> {
  const [catalogue, stack, connection, { findTopics }] = await Promise.all([
    readCatalogue(),
    readLocalStack(name),
    readStackConnection(name),
    loadMeanwhile(name, () => import("./adopt/find-topics.ts")),
  ]);
  // A topic in an unread file would be declared twice.
  const unread = catalogue.problems.filter(isUnread);
  if (unread.length > 0) throw new RefusedError(unread);

  const others = listStacks().filter((other) => other !== name);
  const { entries, declaredNames: declared } = catalogue;
  const elsewhere = new Map(
    entries
      .filter((entry) => !isOnStack(entry, stack))
      .map((entry) => [entry.name, describeDeclaration(entry)]),
  );
  const isIgnored = (topic: string) => ignores(stack, topic);
  const search = findTopics(connection, { ...wanted, declared, elsewhere, isIgnored });
  const found = await explainingSecrets(name, search);
  if (found.adopted.length === 0) return { found, places: [] };
  const comments = new Map(
    [...found.dryRunReasons].map(([topic, reason]) => [topic, describeReason(reason)]),
  );
  const stacks = { stack, others: others.map((other) => readStackFile(other, [])) };
  const files = [...findFiles(found.adopted, stack)].map(
    ([file, topics]) => [file, fitStack(topics, stacks, file.place)] as const,
  );
  writeNewFiles(files.map(([file, topics]) => [file, renderCatalogue(topics, comments, file.infra)]));
  return {
    found: { ...found, adopted: files.flatMap(([, topics]) => topics) },
    places: files.map(([{ place }]) => place),
  };
}

function describeDeclaration({ file, declared: { stacks } }: CatalogueEntry): Elsewhere {
  return { code: "DECLARED_FOR_OTHER_STACKS", file, observed: Array.isArray(stacks) && stacks };
}
