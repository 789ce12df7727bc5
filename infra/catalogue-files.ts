import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CatalogueFinding } from "./findings.ts";

/** The catalogue's path from the repository root, as findings name it. */
export const cataloguePlace = "infra/topics/";

const extension = ".ts";
const unreadable = "CATALOGUE_UNREADABLE";

/** Matches files that look like catalogue files but are not read. Others, such as `README.md`, are ignored. */
const mistaken = /\.([cm]?[jt]s|[jt]sx|json[c5]?|ya?ml)$/i;

/**
 * Finds the catalogue files of a folder at every depth.
 * @returns their sorted paths from the folder, and a problem for each entry that may declare topics but cannot be read
 */
export function findCatalogueFiles(folder: string): { files: string[]; problems: CatalogueFinding[] } {
  const files: string[] = [];
  const problems: CatalogueFinding[] = [];
  const directories = [""];
  // The loop appends the subdirectories that it finds.
  for (const directory of directories) {
    const entries = readDirectory(join(folder, directory));
    // Git does not keep an empty directory.
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
      // Emacs locks a file that is being edited with a dangling symbolic link.
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

/** Whether a symbolic link points to a file; Node loads such a link like a file. */
function leadsToFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // The link is dangling or circular.
    return false;
  }
}

function refuseKind(path: string, isLink: boolean): CatalogueFinding {
  // Node resolves the imports of a file from its real path, so they would break behind a link to a directory.
  const given = isLink ? "a symbolic link that does not point to a file" : "neither a file nor a directory";
  const allowed = "files and directories; replace a link with the directory itself";
  return { code: unreadable, place: cataloguePlace + path, field: "file", given, allowed };
}

function refuseExtension(path: string): CatalogueFinding {
  const [given = ""] = mistaken.exec(path) ?? [];
  const name = path.slice(path.lastIndexOf("/") + 1, -given.length);
  const allowed = `${extension}: rename it to ${name}${extension}, or move it out of ${cataloguePlace}`;
  return { code: unreadable, place: cataloguePlace + path, field: "file", given, allowed };
}
