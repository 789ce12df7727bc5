import type { z } from "zod";
import { topicConfig } from "../../infra/topic-config.ts";
import type { AdoptedTopic } from "./fit-stack.ts";

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
 * @param comments by topic, a sentence with the reason why its `smoke` is "metadata"
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
  { name, partitions, replicationFactor, config, smoke, exempt = {}, unset = [] }: AdoptedTopic,
  comment: string | undefined,
): string {
  const [known, others] = splitConfig(config);
  const lines = [
    `  ${renderKey(name)}: {`,
    `    partitions: ${partitions},`,
    `    replicationFactor: ${replicationFactor},`,
    ...renderObject("config", [
      ...Object.entries(known).map(([key, text]) => [key, renderValue(name, key, text)] as const),
      ...unset.map((key) => [key, "null"] as const),
    ]),
    ...renderObject("otherConfig", quoteValues(others)),
    ...renderObject("exempt", quoteValues(exempt)),
    ...(comment === undefined ? [] : [`    // ${comment}`]),
    ...(smoke === "metadata" ? ['    smoke: "metadata",'] : []),
    "  },",
  ];
  return `${lines.join("\n")}\n`;
}

function renderValue(topic: string, key: string, text: string): string {
  const value = expressValue(key, text);
  if (value) return value.source;
  throw new Error(`${topic}: ${key} is ${JSON.stringify(text)}, which a catalogue cannot express`);
}

function quoteValues(values: Readonly<Record<string, string>>): [key: string, source: string][] {
  return Object.entries(values).map(([key, text]) => [key, JSON.stringify(text)]);
}

/** Renders a field of a topic with its members, sorted by key: on one line if that is short. */
function renderObject(field: string, members: readonly (readonly [key: string, source: string])[]): string[] {
  if (members.length === 0) return [];
  const sorted = members
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, source]) => `${renderKey(key)}: ${source}`);
  const inLine = `    ${field}: { ${sorted.join(", ")} },`;
  if (inLine.length <= longestLine) return [inLine];
  return [`    ${field}: {`, ...sorted.map((member) => `      ${member},`), "    },"];
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
