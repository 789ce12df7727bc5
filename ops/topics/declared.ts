import Table from "cli-table3";
import { readCatalogue } from "../../infra/catalogue.ts";
import { resolveTopics } from "../../infra/resolve.ts";
import { type SourcedValue, sourcesOf } from "../../infra/sources.ts";
import { readStack } from "../../infra/stack.ts";
import { listStacks } from "../../infra/stack-files.ts";
import { describeValue } from "../../kafka/describe-value.ts";
import { RefusedError } from "../../kafka/refused-error.ts";
import { projectName } from "../../machine/paths.ts";
import { readWorkingStack } from "../../pulumi/base-stack.ts";
import { textsIn } from "../../pulumi/stack-file.ts";

/** A topic of the catalogue as a stack gets it. */
type DeclaredTopic = { readonly name: string; readonly values: readonly SourcedValue[] };

/**
 * Finds what a stack gets of the catalogue, and where each value comes from. It asks neither the cluster nor the engine.
 * @throws RefusedError if the catalogue or the stack's settings are invalid
 */
export async function findDeclared(name: string): Promise<DeclaredTopic[]> {
  const { stackFile, projectFile } = readWorkingStack(name);
  const { stack, problems: ofStack } = readStack(projectName, name, textsIn(stackFile ?? {}, projectFile));
  const { entries, declaredNames, problems } = await readCatalogue();
  const resolved = stack && resolveTopics(entries, declaredNames, stack, listStacks());
  const all = [...problems, ...ofStack, ...(resolved?.problems ?? [])];
  if (!stack || !resolved || all.length > 0) throw new RefusedError(all);
  const origin = { stack, entries: new Map(entries.map((entry) => [entry.name, entry])) };
  return resolved.topics.map((topic) => ({ name: topic.name, values: sourcesOf(topic, origin) }));
}

/** Renders declared topics for a terminal: a row for each value. */
export function renderDeclared(topics: readonly DeclaredTopic[]): string {
  const table = new Table({
    head: ["topic", "field", "value", "from"],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, values } of topics)
    for (const [at, { path, value, source = "default" }] of values.entries())
      table.push([at === 0 ? name : "", path.at(-1) ?? "", describe(path, value), source]);
  return String(table);
}

/** Renders declared topics as JSON; `source` is absent for a value that nothing gives. */
export function renderDeclaredJson(stack: string, topics: readonly DeclaredTopic[]): string {
  return `${JSON.stringify({ version: 1, stack, topics }, null, 2)}\n`;
}

function describe(path: readonly string[], value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return describeValue(path.at(-1) ?? "", value);
}
