import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CatalogueFinding } from "./findings.ts";

/** The catalogue as findings name it, from the repository's root. */
export const cataloguePlace = "infra/topics/";

const extension = ".ts";
const unreadable = "CATALOGUE_UNREADABLE";

/** Extensions of files that look like a declaration of topics. Others, such as `README.md`, are welcome. */
const mistaken = /\.([cm]?[jt]s|[jt]sx|json[c5]?|ya?ml)$/i;

/**
 * Finds the catalogue files of a folder at every depth.
 * @returns their paths from the folder, sorted, and a problem for whatever may declare topics but cannot be read
 */
export function findCatalogueFiles(folder: string): { files: string[]; problems: CatalogueFinding[] } {
  const files: string[] = [];
  const problems: CatalogueFinding[] = [];
  const directories = [""];
  // The list grows while it is walked.
  for (const directory of directories) {
    const entries = readDirectory(join(folder, directory));
    // Git keeps no empty directory.
    if (directory === "" && hasCode(entries, "ENOENT")) break;
    if (entries instanceof Error) {
      const place = cataloguePlace + directory;
      problems.push({
        code: unreadable,
        place,
        field: "directory",
        given: "a directory",
        refused: entries.message,
      });
      continue;
    }
    for (const entry of entries) {
      // Emacs locks a file that is being edited with a link to nowhere.
      if (entry.name.startsWith(".#")) continue;
      const path = directory + entry.name;
      if (entry.isDirectory()) directories.push(`${path}/`);
      else if (!entry.isFile() && !leadsToFile(join(folder, path)))
        problems.push(refuseKind(path, entry.isSymbolicLink()));
      else if (entry.name.endsWith(extension)) files.push(path);
      else if (mistaken.test(entry.name)) problems.push(refuseExtension(path));
    }
  }
  return { files: files.sort(), problems };
}

function readDirectory(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Whether a symbolic link leads to a file, which Node loads as if it were there. */
function leadsToFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // It leads nowhere, or in a circle.
    return false;
  }
}

function refuseKind(path: string, isLink: boolean): CatalogueFinding {
  // Node resolves the imports of a file from its real path, so those behind a link to a directory would break.
  const given = isLink ? "a symbolic link that leads to no file" : "neither a file nor a directory";
  const allowed = "files and directories; put the directory itself here";
  return { code: unreadable, place: cataloguePlace + path, field: "file", given, allowed };
}

function refuseExtension(path: string): CatalogueFinding {
  const [given = ""] = mistaken.exec(path) ?? [];
  const name = path.slice(path.lastIndexOf("/") + 1, -given.length);
  const allowed = `${extension}: rename it to ${name}${extension}, or move it out of ${cataloguePlace}`;
  return { code: unreadable, place: cataloguePlace + path, field: "file", given, allowed };
}
