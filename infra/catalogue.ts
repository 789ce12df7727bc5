import { DescribedValue } from "../kafka/given-value.ts";
import { cataloguePlace } from "./catalogue-files.ts";
import { decodePlainData } from "./encoded-value.ts";
import { evaluateCatalogue } from "./evaluate-catalogue.ts";
import type { EvaluatedCatalogue, EvaluatedEntry } from "./evaluated-catalogue.ts";
import type { CatalogueFinding } from "./findings.ts";
import { fieldOf, type ParsedDeclaration, parseTopic } from "./parse-topic.ts";
import { copyPlainData, type Fault } from "./plain-data.ts";

/** The declaration of a topic in a catalogue file. */
export type CatalogueEntry = {
  readonly name: string;
  readonly file: string;
  readonly declared: ParsedDeclaration;
};

/** A catalogue's topics that could be parsed, the names of all declared topics, and all problems. */
export type ReadCatalogue = {
  readonly entries: CatalogueEntry[];
  readonly declaredNames: string[];
  readonly problems: CatalogueFinding[];
};

/** Evaluates the catalogue and parses every topic of every file under `infra/topics/`. */
export async function readCatalogue(folder?: URL): Promise<ReadCatalogue> {
  return parseCatalogue(await evaluateCatalogue(folder));
}

/** Parses every topic of an evaluated catalogue, with files and topics sorted by name. */
export function parseCatalogue(catalogue: EvaluatedCatalogue): ReadCatalogue {
  const problems: CatalogueFinding[] = [];
  // Kafka refuses two topics with the same name in its metrics.
  const entryByMetricName = new Map<string, CatalogueEntry>();
  const declaredNames: string[] = [];
  for (const { place, file } of catalogue) {
    if (!("entries" in file)) {
      const problem = "problem" in file ? file.problem : { field: "export", ...reasonOf(file.fault) };
      problems.push({ code: "CATALOGUE_UNREADABLE", place, ...problem });
      continue;
    }
    for (const entry of file.entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const { name } = entry;
      declaredNames.push(name);
      const parsed = parseEntry(place, entry);
      if (Array.isArray(parsed)) problems.push(...parsed);
      const twin = entryByMetricName.get(metricName(name));
      if (twin) problems.push(collision(place, name, twin));
      else if (!Array.isArray(parsed))
        entryByMetricName.set(metricName(name), { name, file: place, declared: parsed });
    }
  }
  if (declaredNames.length === 0 && problems.length === 0) {
    // With a folder that is empty by accident, the update would delete every topic.
    const allowed = "at least one topic; to delete all topics of a stack, run npm run pulumi -- destroy";
    problems.push({
      code: "CATALOGUE_EMPTY",
      place: cataloguePlace,
      field: "topics",
      given: undefined,
      allowed,
    });
  }
  return { entries: [...entryByMetricName.values()], declaredNames, problems };
}

function parseEntry(place: string, entry: EvaluatedEntry): ParsedDeclaration | CatalogueFinding[] {
  const { name } = entry;
  // Copied once more, for the limits: nothing is certain about a process in which a catalogue file has run.
  const read = "fault" in entry ? entry : copyPlainData(() => decodePlainData(entry.data));
  if ("copy" in read) return parseTopic(place, name, read.copy);
  const field = fieldOf(name, read.fault.path);
  return [{ code: "INVALID_VALUE", topic: name, place, field, ...reasonOf(read.fault) }];
}

function reasonOf({ path: _, given, ...reason }: Fault): Omit<Fault, "path"> {
  return { given: typeof given === "string" ? new DescribedValue(given) : given, ...reason };
}

/** Whether a whole file could not be read, so that its topics are unknown. */
export function isUnread({ code }: CatalogueFinding): boolean {
  return code === "CATALOGUE_UNREADABLE";
}

/** A topic's name in Kafka's metrics; Kafka refuses two topics that share it. */
export function metricName(name: string): string {
  return name.replaceAll(".", "_");
}

function collision(place: string, name: string, twin: CatalogueEntry): CatalogueFinding {
  const about = { topic: name, place, field: "name", given: name };
  if (name === twin.name) {
    const allowed = `one declaration; the other is in ${twin.file}`;
    return { code: "TOPIC_DECLARED_TWICE", ...about, allowed };
  }
  const allowed = `a name that differs from "${twin.name}" (${twin.file}) in more than "." and "_"`;
  return { code: "TOPIC_NAMES_COLLIDE", ...about, allowed };
}
