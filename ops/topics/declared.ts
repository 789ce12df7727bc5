import Table from "cli-table3";
import { readCatalogue } from "../../infra/catalogue.ts";
import { describeMissingFile } from "../../infra/missing-file.ts";
import { resolveTopics } from "../../infra/resolve.ts";
import { type SourcedValue, sourcesOf } from "../../infra/sources.ts";
import { listStacks } from "../../infra/stack-files.ts";
import { describeValue } from "../../kafka/describe-value.ts";
import { RefusedError } from "../../kafka/refused-error.ts";
import { readLocalStack } from "../../pulumi/local-stack.ts";

/** A topic of the catalogue as a stack gets it. */
type DeclaredTopic = {
  readonly name: string;
  readonly values: readonly SourcedValue[];
  /** The limits that do not apply to the topic, each with the reason. */
  readonly exempt: Readonly<Record<string, string>>;
};

/**
 * Finds what a stack gets of the catalogue, and where each value comes from. It does not ask the cluster.
 * @throws RefusedError if the catalogue or the stack's settings are invalid
 */
export async function findDeclared(name: string): Promise<DeclaredTopic[]> {
  const stacks = listStacks();
  if (!stacks.includes(name)) throw new RefusedError([describeMissingFile(name)]);
  const stack = await readLocalStack(name);
  const { entries, declaredNames, problems } = await readCatalogue();
  const resolved = resolveTopics(entries, declaredNames, stack, stacks);
  const all = [...problems, ...resolved.problems];
  if (all.length > 0) throw new RefusedError(all);
  const origin = { stack, entries: new Map(entries.map((entry) => [entry.name, entry])) };
  return resolved.topics.map((topic) => ({
    name: topic.name,
    values: sourcesOf(topic, origin),
    exempt: topic.exempt ?? {},
  }));
}

/** Renders declared topics for a terminal: a row for each value. */
export function renderDeclared(topics: readonly DeclaredTopic[]): string {
  const table = new Table({
    head: ["topic", "field", "value", "from"],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, values: all } of topics) {
    const values = all.filter(({ value }) => value !== null);
    // The library takes 20 times as long for cells of several lines.
    for (const [at, { path, value, source = "default" }] of values.entries())
      table.push([at === 0 ? name : "", path.at(-1) ?? "", describe(path, value), source]);
  }
  return String(table);
}

/** Renders the exemptions of topics from limits for a terminal: a row for each. */
export function renderExemptions(topics: readonly DeclaredTopic[]): string {
  const rows = topics.flatMap(({ name, exempt }) =>
    Object.entries(exempt).map(([limit, reason]) => [name, limit, reason]),
  );
  if (rows.length === 0) return "No topic is exempt from a limit.";
  const table = new Table({
    head: ["topic", "limit", "reason"],
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows);
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
