import { topicConfig } from "../../infra/topic-config.ts";
import type { WantedTopic } from "../../kafka/trial.ts";

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
 * Topics as a catalogue file declares them, in the house's style.
 * @throws Error that names each config whose value a catalogue cannot say
 */
export function renderCatalogue(topics: readonly WantedTopic[]): string {
  const sorted = topics.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const body = sorted.map(renderTopic).join("\n");
  const helpers = ["days", "gibibytes", "hours", "kibibytes", "mebibytes", "minutes", "noLimit", "seconds"];
  const used = helpers.filter((helper) => new RegExp(`[ []${helper}[(,\\] ]`).test(body));
  const imports = [
    'import type { Catalogue } from "../topic.ts";',
    ...(used.length > 0 ? [`import { ${used.join(", ")} } from "../topic-config.ts";`] : []),
  ];
  return `${imports.join("\n")}\n\nexport const topics = {\n${body}} satisfies Catalogue;\n`;
}

function renderTopic({ name, partitions, replicationFactor, config }: WantedTopic): string {
  const values = Object.entries(config)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, text]) => `${renderKey(key)}: ${renderValue(name, key, text)}`);
  const inLine = `    config: { ${values.join(", ")} },`;
  const lines = [
    `  ${renderKey(name)}: {`,
    `    partitions: ${partitions},`,
    `    replicationFactor: ${replicationFactor},`,
    ...(values.length === 0
      ? []
      : inLine.length <= longestLine
        ? [inLine]
        : ["    config: {", ...values.map((value) => `      ${value},`), "    },"]),
    "  },",
  ];
  return `${lines.join("\n")}\n`;
}

function renderKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

/** A config's text as the typed value that gives the same text. */
function renderValue(topic: string, key: string, text: string): string {
  const schema = topicConfig.shape[key as keyof typeof topicConfig.shape];
  for (const { value, source } of candidates(key, text)) {
    const parsed = schema?.safeParse(value);
    if (parsed?.success && parsed.data === text) return source;
  }
  throw new Error(
    `${topic}: ${key} is ${JSON.stringify(text)} on the cluster, which a catalogue cannot say. ` +
      "Set it to another value there, or leave the topic out with --exclude.",
  );
}

function candidates(key: string, text: string): { value: unknown; source: string }[] {
  const plain = (value: unknown) => ({ value, source: JSON.stringify(value) });
  const list = text === "" ? [] : text.split(",");
  const number = Number(text);
  return [
    ...(text === "true" || text === "false" ? [plain(text === "true")] : []),
    ...(text === noLimit ? [{ value: BigInt(text), source: "noLimit" }] : []),
    ...(text !== "" && Number.isFinite(number) ? [{ value: number, source: renderNumber(key, number) }] : []),
    plain(text),
    { value: list, source: `[${list.map((one) => JSON.stringify(one)).join(", ")}]` },
  ];
}

/** `days(7)`, `mebibytes(16)`, or the number with its thousands apart. */
function renderNumber(key: string, number: number): string {
  const [, helpers = []] = Object.entries(units).find(([end]) => key.endsWith(end)) ?? [];
  const [helper, size] = helpers.find(([, size]) => number >= size && number % size === 0) ?? [];
  if (helper && size) return `${helper}(${number / size})`;
  return Number.isInteger(number) ? number.toLocaleString("en-US").replaceAll(",", "_") : String(number);
}
