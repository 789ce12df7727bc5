import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cataloguePlace, findCatalogueFiles } from "./catalogue-files.ts";
import type { CatalogueFinding } from "./findings.ts";
import { loadCatalogueFiles } from "./load-catalogue.ts";
import { fieldOf, type ParsedDeclaration, parseTopic } from "./topic.ts";

/** What a catalogue file declares under a topic's name. */
export type CatalogueEntry = {
  readonly name: string;
  readonly file: string;
  readonly declared: ParsedDeclaration;
};

const topicsFolder = new URL("topics/", import.meta.url);

/**
 * Every topic of every file in `infra/topics/` at every depth, files and topics in the order of their names.
 * @returns the topics that are right, the names of all that are declared, and all that is wrong
 */
export async function readCatalogue(
  folder = topicsFolder,
): Promise<{ entries: CatalogueEntry[]; declaredNames: string[]; problems: CatalogueFinding[] }> {
  const path = fileURLToPath(folder);
  const { files, problems } = findCatalogueFiles(path);
  // A name may hold what means something else in a URL, "#" or "%" say.
  const loaded = await loadCatalogueFiles(files.map((file) => pathToFileURL(join(path, file))));
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
      const declared =
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
      if (Array.isArray(declared)) problems.push(...declared);
      const twin = entryByMetricName.get(metricName(name));
      if (twin) problems.push(collision(place, name, twin));
      else if (!Array.isArray(declared))
        entryByMetricName.set(metricName(name), { name, file: place, declared });
    }
  }
  if (declaredNames.length === 0 && problems.length === 0) {
    // A folder that is empty by accident would be a preview that deletes everything.
    const allowed = "at least one topic; npm run pulumi -- destroy deletes all that a stack deployed";
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

/** Whether a problem keeps a whole file from being read, so that nobody knows what it declares. */
export function isUnread({ code }: CatalogueFinding): boolean {
  return code === "CATALOGUE_UNREADABLE";
}

/** Kafka refuses two topics whose names differ only here, because their metrics would be one. */
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
