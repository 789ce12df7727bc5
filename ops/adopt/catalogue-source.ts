import type { z } from "zod";
import { topicConfig } from "../../infra/topic-config.ts";
import type { AdoptedTopic } from "./findings.ts";

const longestLine = 110;
const noLimit = "9223372036854775807";

const units = {
  ".ms": [
    ["days", 86_400_000],
    ["hours", 3_600_000],
    ["minutes", 60_000],
    ["seconds", 1000],
  ],
  ".bytes": [
    ["gibibytes", 1024 ** 3],
    ["mebibytes", 1024 ** 2],
    ["kibibytes", 1024],
  ],
} as const;

/**
 * Renders a catalogue file that declares topics, in this repository's code style.
 * @param comments by topic, a sentence with the reason why its `smoke` is "dry-run"
 * @param infra the relative path from the file to `infra/`
 * @throws Error if a config has a value that a catalogue cannot express
 */
export function renderCatalogue(
  topics: readonly AdoptedTopic[],
  comments: ReadonlyMap<string, string> = new Map(),
  infra = "..",
): string {
  const sorted = topics.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const body = sorted.map((topic) => renderTopic(topic, comments.get(topic.name))).join("\n");
  const helpers = ["days", "gibibytes", "hours", "kibibytes", "mebibytes", "minutes", "noLimit", "seconds"];
  const used = helpers.filter((helper) => new RegExp(`[ []${helper}[(,\\] ]`).test(body));
  const imports = [
    `import type { Catalogue } from "${infra}/topic.ts";`,
    ...(used.length > 0 ? [`import { ${used.join(", ")} } from "${infra}/topic-config.ts";`] : []),
  ];
  return `${imports.join("\n")}\n\nexport const topics = {\n${body}} satisfies Catalogue;\n`;
}

function renderTopic(
  { name, partitions, replicationFactor, config, smoke, exempt = {}, unset = [], onlyOn }: AdoptedTopic,
  comment: string | undefined,
): string {
  const [known, others] = splitConfig(config);
  const configs = Object.entries(known).map(([key, text]): Member => [key, renderValue(name, key, text)]);
  const removed = unset.map((key): Member => [key, "null"]);
  const exemptions: Member = ["exempt", quoteValues(exempt)];
  const lines = [
    `  ${renderKey(name)}: {`,
    `    partitions: ${partitions},`,
    `    replicationFactor: ${replicationFactor},`,
    ...renderMember(["config", onlyOn === undefined ? [...configs, ...removed] : configs]),
    ...renderMember(["otherConfig", quoteValues(others)]),
    ...(onlyOn === undefined
      ? renderMember(exemptions)
      : renderMember(["stacks", [[onlyOn, [["config", removed], exemptions]]]])),
    ...(smoke === "dry-run"
      ? [...(comment === undefined ? [] : [`    // ${comment}`]), '    smoke: "dry-run",']
      : []),
    "  },",
  ];
  return `${lines.join("\n")}\n`;
}

/** A key of an object with the source of its value, or with its members if the value is an object. */
type Member = readonly [key: string, value: string | readonly Member[]];

function renderValue(topic: string, key: string, text: string): string {
  const value = expressValue(key, text);
  if (value) return value.source;
  throw new Error(`${topic}: ${key} is ${JSON.stringify(text)}, which a catalogue cannot express`);
}

function quoteValues(values: Readonly<Record<string, string>>): Member[] {
  return Object.entries(values).map(([key, text]) => [key, JSON.stringify(text)]);
}

/** Renders a member with its own members sorted by key: on one line if that is short. An object without members is left out. */
function renderMember([key, value]: Member, indent = "    "): string[] {
  if (typeof value === "string") return [`${indent}${renderKey(key)}: ${value},`];
  const members = value
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map((member) => renderMember(member, `${indent}  `))
    .filter((lines) => lines.length > 0);
  if (members.length === 0) return [];
  const inLine = members.map(([line = ""]) => line.trim().replace(/,$/, ""));
  const short = `${indent}${renderKey(key)}: { ${inLine.join(", ")} },`;
  const isShort = members.every(({ length }) => length === 1) && short.length <= longestLine;
  return isShort ? [short] : [`${indent}${renderKey(key)}: {`, ...members.flat(), `${indent}},`];
}

function renderKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

/** Splits the configs of a topic into those that `config` declares, and those for `otherConfig`. */
export function splitConfig(
  config: Readonly<Record<string, string>>,
): [known: Record<string, string>, others: Record<string, string>] {
  const entries = Object.entries(config);
  const select = (isKnown: boolean) =>
    Object.fromEntries(entries.filter(([key]) => schemas.has(key) === isKnown));
  return [select(true), select(false)];
}

/** A config's value and source. */
type Expression = { readonly value: unknown; readonly source: string };

const schemas: ReadonlyMap<string, z.ZodType> = new Map(Object.entries(topicConfig.shape));

/** Finds the typed value that renders as the broker's text; undefined if a catalogue cannot express it. */
export function expressValue(key: string, text: string): Expression | undefined {
  const schema = schemas.get(key);
  if (!schema) return undefined;
  return candidates(key, text).find(({ value }) => {
    const parsed = schema.safeParse(value);
    return parsed.success && parsed.data === text;
  });
}

function candidates(key: string, text: string): Expression[] {
  const plain = (value: unknown) => ({ value, source: JSON.stringify(value) });
  const list = text === "" ? [] : text.split(",");
  const number = Number(text);
  return [
    ...(text === "true" || text === "false" ? [plain(text === "true")] : []),
    ...(/^-?\d+$/.test(text) && !Number.isSafeInteger(number)
      ? [{ value: BigInt(text), source: text === noLimit ? "noLimit" : `${text}n` }]
      : []),
    ...(text !== "" && Number.isFinite(number) ? [{ value: number, source: renderNumber(key, number) }] : []),
    plain(text),
    { value: list, source: `[${list.map((one) => JSON.stringify(one)).join(", ")}]` },
  ];
}

/** Renders `days(7)`, `mebibytes(16)`, or the number with digit separators. */
function renderNumber(key: string, number: number): string {
  const [, helpers = []] = Object.entries(units).find(([end]) => key.endsWith(end)) ?? [];
  const [helper, size] = helpers.find(([, size]) => number >= size && number % size === 0) ?? [];
  if (helper && size) return `${helper}(${number / size})`;
  return Number.isInteger(number) ? number.toLocaleString("en-US").replaceAll(",", "_") : String(number);
}
