import { isUnread, readCatalogue } from "../infra/catalogue.ts";
import { resolveTopics } from "../infra/resolve.ts";
import { ignores, type Stack, stackFile } from "../infra/stack.ts";
import { listStacks } from "../infra/stack-files.ts";
import { nearest } from "../kafka/problem.ts";
import { RefusedError } from "../kafka/refused-error.ts";
import { listFew } from "../kafka/topic-groups.ts";
import { isGlob, selectTopics } from "../kafka/topic-selection.ts";
import { exitCodes, runCommand } from "../machine/command.ts";
import { forgetTopics, urnsByName } from "../pulumi/forget-missing.ts";
import { readLocalStack } from "../pulumi/local-stack.ts";
import { chooseStack } from "../pulumi/stack-name.ts";
import { exportState } from "../pulumi/state.ts";

await runCommand({
  help: `Usage: npm run release -- [--stack NAME] TOPIC

Stops managing a topic: removes it from the state of a stack, so that no update of the stack changes or deletes it. The
topic and its records stay on the cluster. First remove its declaration, or exclude the stack in the topic's field
"stacks". Otherwise, the next update adopts the topic again. A topic whose replicas are moving is not released.

  --stack NAME  the stack, else PULUMI_STACK, else dev
  TOPIC         the topic's name; * stands for any characters

Exits with 0 if the topics were released, and with 1 if nothing was changed.
`,
  argument: "TOPIC",
  options: { stack: { type: "string", short: "s" } },
  run: async (values, _, topic) => {
    const stack = chooseStack(values.stack);
    if (!isGlob(topic)) throw new Error(`TOPIC: given ${JSON.stringify(topic)}, allowed: a topic's name`);
    const isSelected = selectTopics({ topic: [topic] });
    const settings = await readLocalStack(stack);
    const [state, declared] = await Promise.all([exportState(stack), readDeclared(settings)]);
    const all = urnsByName(state);
    const urns = new Map([...all].filter(([name]) => isSelected(name)));
    const names = [...urns.keys()].sort();
    if (all.size === 0) throw new Error(`Stack ${stack} manages no topic. Nothing was changed.`);
    if (names.length === 0)
      throw new Error(
        `TOPIC: given ${topic}, allowed: a topic of stack ${stack}, ${nearest(topic, [...all.keys()])}. Nothing was changed.`,
      );
    const kept = names.filter((name) => declared.has(name));
    if (kept.length > 0)
      throw new Error(
        `The catalogue declares ${listFew(kept)} for stack ${stack}, so the next update would adopt the topic again. First ` +
          "remove the declaration, or exclude the stack in the field stacks. Nothing was changed.",
      );
    const { refuseUnfinished } = await import("./release/refuse-unfinished.ts");
    await refuseUnfinished(settings, names);
    // The first call may only clear away what a killed run left behind. Then the second call removes the topics.
    if (!(await forgetTopics(stack, urns.values()))) await forgetTopics(stack, urns.values());
    process.stdout.write(
      `Stack ${stack} has released ${listFew(names)}. The cluster has not changed. To manage a topic again, declare it and ` +
        "run npm run up.\n",
    );
    const reported = names.filter((name) => !ignores(settings, name));
    if (settings.undeclared === "fail" && reported.length > 0)
      process.stdout.write(
        `npm run drift reports ${listFew(reported)} as not declared. If another stack or tool manages ` +
          `${reported.length === 1 ? "it" : "them"}, add { topics: "${topic}" } to ignore in ${stackFile(stack)}.\n`,
      );
    return exitCodes.success;
  },
});

/**
 * Returns the names of the topics that the catalogue declares for a stack.
 * @throws RefusedError if a file cannot be read, so that its topics are unknown
 */
async function readDeclared(stack: Stack): Promise<ReadonlySet<string>> {
  const { entries, declaredNames, problems } = await readCatalogue();
  const unread = problems.filter(isUnread);
  if (unread.length > 0) throw new RefusedError(unread);
  const { absent } = resolveTopics(entries, declaredNames, stack, listStacks());
  return new Set(declaredNames.filter((declared) => !absent.has(declared)));
}
