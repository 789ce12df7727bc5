import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { root } from "../../machine/paths.ts";

/** A catalogue file that is to be written. */
export type OutFile = {
  readonly path: string;
  /** From the repository's root, as findings name it. */
  readonly place: string;
  /** The way from the file to `infra/`, for its imports: `..` or `../..`, say. */
  readonly infra: string;
};

/**
 * The file that `--out` names.
 * @param folder the repository
 * @throws Error when the program would not read such a file, or the file exists
 */
export function checkOut(out: string, folder = root): OutFile {
  const path = resolve(folder, out);
  const topics = join(folder, "infra", "topics");
  const inside = relative(topics, path).split(sep);
  // Node strips no types under node_modules, and takes ".ts" alone for a name without an extension.
  const isRead =
    !["..", "node_modules"].some((name) => inside.includes(name)) && /[^/](?<!\.d)\.ts$/.test(path);
  if (out === "" || !isRead || isBehindLink(path, topics)) {
    const given = out === "" ? "nothing" : `'${out}'`;
    throw new Error(
      `--out: given ${given}, allowed: a .ts file under infra/topics/, where the program reads it`,
    );
  }
  const place = ["infra", "topics", ...inside].join("/");
  if (existsSync(path))
    throw new Error(`${place} exists already. Name another file: --out infra/topics/NAME.ts`);
  return { path, place, infra: inside.map(() => "..").join("/") };
}

/** Whether a directory on the way is a symbolic link, which the program refuses. */
function isBehindLink(path: string, topics: string): boolean {
  let existing = dirname(path);
  while (!existsSync(existing)) existing = dirname(existing);
  const inside = relative(topics, existing);
  if (inside.startsWith("..")) return false;
  return realpathSync(existing) !== join(realpathSync(topics), inside);
}

/**
 * Writes a file that does not exist, with the directories above it. Where that fails, nothing stays behind.
 * @throws Error of the system
 */
export function writeNewFile(path: string, source: string): void {
  const missing: string[] = [];
  for (let folder = dirname(path); !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, "wx");
    try {
      writeFileSync(file, source);
    } catch (error) {
      rmSync(path);
      throw error;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    for (const folder of missing) removeIfEmpty(folder);
    throw error;
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It was not made, or somebody else has put something into it.
  }
}
