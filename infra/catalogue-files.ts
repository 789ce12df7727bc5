import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

/** The catalogue's path from the repository root, as findings name it. */
export const cataloguePlace = "infra/topics/";

const extension = ".ts";

/** Matches files that look like catalogue files but are not read. Others, such as `README.md`, are ignored. */
const mistaken = /\.([cm]?[jt]s|[jt]sx|json[c5]?|ya?ml)$/i;

/** In bytes, for all files: 10,000 topics with large samples have less. */
const mostBytes = 16 * 1024 ** 2;

/** Why a catalogue file or directory is not read. */
type Unread = {
  readonly place: string;
  readonly field: string;
  readonly given: string;
  readonly allowed?: string;
  readonly refused?: string;
};

/**
 * Reads the catalogue files of a folder at every depth.
 * @returns their texts by path from the folder, sorted, and a problem for each entry that may declare topics but cannot be
 * read
 */
export function readCatalogueFiles(folder: string): { sources: Map<string, string>; problems: Unread[] } {
  const sources: (readonly [path: string, text: string])[] = [];
  const problems: Unread[] = [];
  let bytes = 0;
  const directories = [""];
  // The loop appends the subdirectories that it finds.
  for (const directory of directories) {
    const entries = attempt(() => readdirSync(join(folder, directory), { withFileTypes: true }));
    // Git does not keep an empty directory.
    if (directory === "" && hasCode(entries, "ENOENT")) break;
    if (entries instanceof Error) {
      const refused = entries.message;
      problems.push({ place: cataloguePlace + directory, field: "directory", given: "a directory", refused });
      continue;
    }
    for (const entry of entries) {
      // Emacs locks a file that is being edited with a dangling symbolic link.
      if (entry.name.startsWith(".#")) continue;
      const path = directory + entry.name;
      const mistake = entry.isSymbolicLink() ? checkLink(folder, path) : checkKind(entry);
      if (entry.isDirectory()) directories.push(`${path}/`);
      else if (mistake) problems.push(refuseKind(path, mistake));
      else if (entry.name.endsWith(extension)) {
        const source = attempt(() => readSource(join(folder, path), mostBytes - bytes));
        if (source instanceof Error)
          problems.push({
            place: cataloguePlace + path,
            field: "file",
            given: "a file",
            refused: source.message,
          });
        else {
          bytes += source.bytes;
          sources.push([path, source.text]);
        }
      } else if (mistaken.test(entry.name)) problems.push(refuseExtension(path));
    }
  }
  return { sources: new Map(sources.sort(([a], [b]) => (a < b ? -1 : 1))), problems };
}

/** @throws Error if the file cannot be read, or is larger than what is left for it */
function readSource(path: string, bytesLeft: number): { bytes: number; text: string } {
  // Not after it was read: it may not fit into memory.
  const bytes = statSync(path).size;
  if (bytes > bytesLeft)
    throw new Error(`it has ${bytes} bytes, and all catalogue files together may have ${mostBytes}`);
  return { bytes, text: readFileSync(path, "utf8") };
}

function attempt<T>(read: () => T): T | Error {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function checkKind(entry: Dirent): string | undefined {
  return entry.isFile() || entry.isDirectory() ? undefined : "neither a file nor a directory";
}

/** Says what is wrong with a symbolic link: it may point only to a file of the catalogue. */
function checkLink(folder: string, path: string): string | undefined {
  const target = attempt(() => realpathSync(join(folder, path)));
  // A dangling or circular link has no target. Imports would have two meanings behind a link to a directory.
  if (target instanceof Error || !statSync(target).isFile())
    return "a symbolic link that does not point to a file";
  // Otherwise an error message could quote any file of this machine.
  return target.startsWith(join(realpathSync(folder), "/"))
    ? undefined
    : `a symbolic link that leads out of ${cataloguePlace}`;
}

function refuseKind(path: string, given: string): Unread {
  const allowed = "files and directories; replace a link with the directory itself";
  return { place: cataloguePlace + path, field: "file", given, allowed };
}

function refuseExtension(path: string): Unread {
  const [given = ""] = mistaken.exec(path) ?? [];
  const name = path.slice(path.lastIndexOf("/") + 1, -given.length);
  const allowed = `${extension}: rename it to ${name}${extension}, or move it out of ${cataloguePlace}`;
  return { place: cataloguePlace + path, field: "file", given, allowed };
}
