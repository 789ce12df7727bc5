import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cataloguePlace, findCatalogueFiles } from "./catalogue-files.ts";
import type { CatalogueFinding } from "./findings.ts";
import { loadCatalogueFiles } from "./load-catalogue.ts";
import { fieldOf, type ParsedDeclaration, parseTopic } from "./topic.ts";

/** The declaration of a topic in a catalogue file. */
export type CatalogueEntry = {
  readonly name: string;
  readonly file: string;
  readonly declared: ParsedDeclaration;
};

const topicsFolder = new URL("topics/", import.meta.url);

/**
 * Reads every topic of every file under `infra/topics/`, with files and topics sorted by name.
 * @returns the topics that could be parsed, the names of all declared topics, and all problems
 */
export async function readCatalogue(
  folder = topicsFolder,
): Promise<{ entries: CatalogueEntry[]; declaredNames: string[]; problems: CatalogueFinding[] }> {
  const path = fileURLToPath(folder);
  const { files, problems } = findCatalogueFiles(path);
  // A file name may contain characters with a meaning in URLs, such as "#" or "%".
  const loaded = await loadCatalogueFiles(files.map((file) => pathToFileURL(join(path, file))));
  // Kafka refuses two topics with the same name in its metrics.
  const entryByMetricName = new Map<string, CatalogueEntry>();
  const declaredNames: string[] = [];
  for (const [index, exported] of loaded.entries()) {
    const place = `${cataloguePlace}${files[index]}`;
    if ("problem" in exported) {
      problems.push({ place, ...exported.problem });
      continue;
    }
    for (const { name, ...read } of exported.entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      declaredNames.push(name);
      const parsed =
        "fault" in read
          ? [
              {
                ...read.fault,
                code: "INVALID_VALUE" as const,
                topic: name,
                place,
                field: fieldOf(name, read.fault.path),
              },
            ]
          : parseTopic(place, name, read.copy);
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
