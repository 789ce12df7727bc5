import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/**
 * The environment variable with the path of an evaluated catalogue, which a command hands to the program so that both
 * have the same topics. Without it, the program evaluates the catalogue itself.
 */
export const catalogueVariable = "KAFKA_TOPICS_CATALOGUE";

const text = z.string();
const reason = { allowed: text.exactOptional(), refused: text.exactOptional() };
/** A value that is not plain data, as `describeGiven` describes it. */
const fault = z.strictObject({ path: z.array(text), given: text, ...reason });
const entry = z.union([
  z.strictObject({ name: text, fault }),
  /** In the form of `encodePlainData`. */
  z.strictObject({ name: text, data: z.unknown() }),
]);

/** What a catalogue file exports as `topics`, or why that is unknown. */
const evaluatedFile = z.union([
  z.strictObject({ entries: z.array(entry) }),
  z.strictObject({ fault }),
  z.strictObject({ problem: z.strictObject({ field: text, given: text, ...reason }) }),
]);
const evaluatedCatalogue = z.array(z.strictObject({ place: text, file: evaluatedFile }));

export type EvaluatedEntry = z.output<typeof entry>;
export type EvaluatedFile = z.output<typeof evaluatedFile>;

/** Parses a line of `catalogue-process.ts`; undefined if it is something else. */
export function parseFile(line: string): EvaluatedFile | undefined {
  try {
    return evaluatedFile.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** The files of a catalogue with the topics that they declare, as JSON; the rules are not applied yet. */
export type EvaluatedCatalogue = z.output<typeof evaluatedCatalogue>;

/** The names of the topics that a catalogue declares, on any stack; undefined if a file could not be read. */
export function namesIn(catalogue: EvaluatedCatalogue): string[] | undefined {
  const files = catalogue.flatMap(({ file }) => ("entries" in file ? [file.entries] : []));
  return files.length === catalogue.length ? files.flat().map(({ name }) => name) : undefined;
}

/**
 * Hashes what a review is about: the evaluated catalogue and the stack's config.
 * @param stackFile the content of `Pulumi.<stack>.yaml`
 * @returns 64 hexadecimal digits
 */
export function hashReviewed(catalogue: EvaluatedCatalogue, stackFile: Uint8Array): string {
  // JSON on one line, so the line break separates it from the file.
  return createHash("sha256")
    .update(`${JSON.stringify(catalogue)}\n`)
    .update(stackFile)
    .digest("hex");
}

/**
 * Writes an evaluated catalogue to a temporary file that only this user can read, for the program.
 * @returns the environment variable for the engine, and a function that removes the file
 */
export function handOver(catalogue: EvaluatedCatalogue): {
  readonly environment: Readonly<Record<string, string>>;
  readonly remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), "kafka-topics-catalogue-"));
  const file = join(folder, "catalogue.json");
  writeFileSync(file, JSON.stringify(catalogue), { mode: 0o600 });
  return {
    environment: { [catalogueVariable]: file },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Reads an evaluated catalogue that a command handed over.
 * @throws Error if it is missing or not in the format of `handOver`
 */
export function readHandedOver(file: string): EvaluatedCatalogue {
  try {
    return evaluatedCatalogue.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Error(
      `${catalogueVariable}: given ${file}, allowed: a file that npm run review or npm run up has written and not yet ` +
        "removed. Unset the variable: the program then evaluates the catalogue itself.",
    );
  }
}
