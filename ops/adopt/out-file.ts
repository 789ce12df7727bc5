import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { RefusedError } from "../../kafka/refused-error.ts";
import { root } from "../../machine/paths.ts";

/** A catalogue file to write. */
export type OutFile = {
  readonly path: string;
  /** The path from the repository root, as findings name it. */
  readonly place: string;
  /** The relative path from the file to `infra/`, for its imports, such as `..` or `../..`. */
  readonly infra: string;
};

/**
 * Checks the file that `--out` names.
 * @param folder the repository
 * @throws Error if the program would not read the file, or if it exists
 */
export function checkOut(out: string, folder = root): OutFile {
  const path = resolve(folder, out);
  const topics = join(folder, "infra", "topics");
  const inside = relative(topics, path).split(sep);
  // Node does not strip types under node_modules, and treats ".ts" as a name without an extension.
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
    throw new Error(`${place} already exists. Name another file: --out infra/topics/NAME.ts`);
  return { path, place, infra: inside.map(() => "..").join("/") };
}

/**
 * Returns a file for the topics of each team, in the order of the teams.
 * @throws RefusedError if the directory of a team cannot be created, or is another one on disks that ignore case
 */
export function findTeamFiles(teams: readonly string[], folder = root): OutFile[] {
  const topics = join(folder, "infra", "topics");
  const existing = existsSync(topics) ? readdirSync(topics, { withFileTypes: true }) : [];
  const problems = teams.flatMap((team, at) => {
    const isSameOnSomeDisks = (name: string) => name.toLowerCase() === team.toLowerCase();
    const entry =
      existing.find(({ name }) => name === team) ?? existing.find(({ name }) => isSameOnSomeDisks(name));
    const other = [...teams.slice(0, at), entry?.name ?? team].find(
      (name) => isSameOnSomeDisks(name) && name !== team,
    );
    if (other === undefined && entry?.isDirectory() !== false) return [];
    const reason =
      other === undefined
        ? "it exists and is not a directory"
        : `it differs from ${other} only in upper and lower case, which some disks ignore`;
    const refused = `${reason}. Choose another directory for the team's topics: with teams in the stack's config, or with --split`;
    const about = { place: `infra/topics/${team}/`, field: "--by-team", given: team };
    return [{ code: "INVALID_VALUE", ...about, refused }];
  });
  if (problems.length > 0) throw new RefusedError(problems);
  return teams.map((team) => findTeamFile(team, folder));
}

/** Returns a file for a team's topics that does not exist yet: what a person edited is never written again. */
function findTeamFile(team: string, folder = root): OutFile {
  for (let count = 1; ; count += 1) {
    const place = `infra/topics/${team}/adopted${count === 1 ? "" : `-${count}`}.ts`;
    if (!existsSync(join(folder, place))) return checkOut(place, folder);
  }
}

/** Whether a directory in the path is a symbolic link, which the program refuses. */
function isBehindLink(path: string, topics: string): boolean {
  let existing = dirname(path);
  while (!existsSync(existing)) existing = dirname(existing);
  const inside = relative(topics, existing);
  if (inside.startsWith("..")) return false;
  return realpathSync(existing) !== join(realpathSync(topics), inside);
}

/**
 * Creates files and the directories above them. If one of them fails, nothing is left behind.
 * @param files each with its source
 * @throws Error of the system
 */
export function writeNewFiles(files: readonly (readonly [file: OutFile, source: string])[]): void {
  const written: string[] = [];
  try {
    for (const [{ path }, source] of files) {
      writeNewFile(path, source);
      written.push(path);
    }
  } catch (error) {
    for (const path of written) {
      rmSync(path);
      removeIfEmpty(dirname(path));
    }
    throw error;
  }
}

/**
 * Creates a file and the directories above it. If that fails, nothing is left behind.
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
    // It was not created, or it is no longer empty.
  }
}
