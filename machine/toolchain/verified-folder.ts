import { createHash } from "node:crypto";
import { createReadStream, type Dirent, lstatSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { hasCode } from "../errors.mjs";
import { localFolder } from "../paths.ts";
import { readRecord, stateOf, writeRecord } from "../records.mjs";

/** In this clone, because whoever can replace a program in a shared folder could also replace a record next to it. */
const records = join(localFolder, "verified");

/** Returns the SHA-256 of a file. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

type Files = { readonly path: string; readonly state: string }[];

/**
 * Returns the SHA-256 of a folder, that is, of what `sha256sum` prints about its files, sorted by their paths.
 * @returns undefined if the folder is missing or empty, or contains anything but files and folders: a link leads elsewhere
 */
export async function hashFolder(
  folder: string,
  isPart = (_name: string) => true,
): Promise<string | undefined> {
  const files = listFiles(folder, isPart);
  return files && hashFiles(folder, files);
}

/**
 * Whether a folder has one of these hashes, or one that this clone recorded when it made the folder. Reads the files only if
 * they have changed since the last time.
 * @param isPart whether a file of this name is a part of the folder; the others are left out
 */
export async function isVerified(
  folder: string,
  pinned: readonly (string | undefined)[],
  isPart = (_name: string) => true,
): Promise<boolean> {
  const files = listFiles(folder, isPart);
  if (!files) return false;
  const place = createHash("sha256").update(folder).digest("hex").slice(0, 12);
  const seen = join(records, `seen-${basename(folder)}-${place}`);
  const state = files.map((file) => `${file.path} ${file.state}\n`).join("");
  const [known = "", knownState] = readRecord(seen)?.split("\n\n") ?? [];
  const hash = knownState === state ? known : await hashFiles(folder, files);
  if (hash !== known || knownState !== state) writeRecord(seen, `${hash}\n\n${state}`);
  return pinned.includes(hash) || readRecord(recordOf(folder, hash)) !== undefined;
}

/** Records the hash of a folder that this clone has just made from verified sources. */
export async function recordMade(folder: string): Promise<void> {
  const hash = await hashFolder(folder);
  if (hash) writeRecord(recordOf(folder, hash), "");
}

/** The name of a folder contains the version, so an older version does not pass for it. */
function recordOf(folder: string, hash: string): string {
  return join(records, `${basename(folder)}-${hash}`);
}

function listFiles(folder: string, isPart: (name: string) => boolean): Files | undefined {
  try {
    const parts = listEntries(folder).filter(({ name }) => isPart(name));
    if (parts.length === 0 || !parts.every((entry) => entry.isFile())) return undefined;
    const files = parts.map(({ parentPath, name }) => ({
      path: relative(folder, join(parentPath, name)),
      state: stateOf(lstatSync(join(parentPath, name), { bigint: true })),
    }));
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  } catch (error) {
    // Another command may be replacing it.
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Lists the entries at any depth that are no folders. Unlike readdir's `recursive`, it follows no links. */
function listEntries(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? listEntries(join(folder, entry.name)) : [entry],
  );
}

async function hashFiles(folder: string, files: Files): Promise<string> {
  const list = createHash("sha256");
  for (const { path } of files) list.update(`${await hashFile(join(folder, path))}  ${path}\n`);
  return list.digest("hex");
}
