import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CatalogueFinding } from "../infra/findings.ts";
import { reviewVariable } from "../infra/lacked-rights.ts";
import { explainMissingFile } from "../infra/missing-file.ts";
import { stackFile } from "../infra/stack.ts";
import { type Connection, readConnection } from "../kafka/connection.ts";
import type { Sources } from "../kafka/other-principal.ts";
import { checkNamespace, chooseReviewSources, type ReviewSources } from "../kafka/review-settings.ts";
import { ownSettingsVariable, writeOwnSettings } from "../kafka/setting-names.ts";
import { projectName, stackConfigPath } from "../machine/paths.ts";
import type { BaseStack } from "./base-stack.ts";
import { type ConfigValues, findPlain, readStackConfig } from "./stack-config.ts";
import { parseStackFile, type StackFile, valuesOf } from "./stack-file.ts";

type Values = Readonly<Record<string, unknown>>;

const [own, reviewAsKey] = [`${projectName}:`, `${projectName}:reviewAs`];

/** The stack config with which the engine runs for a review; disposing of it removes its file. */
export type ReviewConfig = Disposable & {
  /** The engine's flags, and the variables to change; undefined removes one. */
  readonly flags: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Absent if the review connects as the deployment does. */
  readonly connection?: Connection;
};

/** Why a review may not connect. */
export type Problems = { readonly problems: readonly CatalogueFinding[] };

/** Why a stack that is new in a pull request is not reviewed. */
export const noFileInBase =
  "this commit does not have the file, and a review connects only as its base says. Merge the file first.";

/** A commit that says how a review connects, and the working tree's config, with nothing decrypted. */
export type Reviewed = { readonly base: BaseStack; readonly config: Promise<ConfigValues> };

/** Describes why a stack whose file a pull request removes is not reviewed. */
export function describeRemovedFile(stack: string): CatalogueFinding {
  const refused =
    "it does not exist, but the commit of --base has it, and without it the stack can be neither reviewed nor updated. " +
    "Restore it. To remove the stack itself, first delete its topics, with all their records: " +
    `npm run pulumi -- destroy --stack ${stack}`;
  return { code: "STACK_FILE_REMOVED", place: stackFile(stack), field: "the file", refused };
}

/**
 * Writes the file with which the engine runs for a review, and reads the connection in it.
 * @returns undefined if the review connects as the deployment does
 */
export async function writeReviewFile(
  stack: string,
  reviewed?: Reviewed,
): Promise<ReviewConfig | Problems | undefined> {
  const composed = await compose(stack, reviewed);
  if ("problems" in composed) return composed;
  const { file, config } = composed;
  const sources = { config, environment: process.env };
  const reviewAs = config[reviewAsKey];
  const chosen = chooseReviewSources(sources, typeof reviewAs === "string" ? reviewAs : undefined);
  const problems = checkNamespace(config, stackFile(stack), reviewAs);
  if (problems.length > 0) return { problems };
  if (!chosen && !reviewed) return undefined;

  using undo = new DisposableStack();
  const folder = undo.adopt(mkdtempSync(join(tmpdir(), "kafka-topics-review-")), (path) =>
    rmSync(path, { recursive: true, force: true }),
  );
  const path = join(folder, stackFile(stack));
  // JSON is valid YAML.
  const text = JSON.stringify({ ...file, config: keepNeeded((chosen ?? sources).config) });
  writeFileSync(path, text, { mode: 0o600 });
  const flags = ["--config-file", path];
  const environment = {
    ...differenceOf(chosen ?? sources),
    [reviewVariable]: "true",
    ...(chosen && { [ownSettingsVariable]: writeOwnSettings(chosen.own) }),
  };
  const read = await readChosen(stack, flags, environment, chosen);
  if ("problems" in read) return read;
  const kept = undo.move();
  return { flags, environment, ...read, [Symbol.dispose]: () => kept.dispose() };
}

/** Returns the stack's file and its values: the working tree's, or with a base only this project's own ones. */
async function compose(
  stack: string,
  reviewed: Reviewed | undefined,
): Promise<{ readonly file: StackFile; readonly config: Values } | Problems> {
  const place = stackFile(stack);
  if (!reviewed) {
    const path = stackConfigPath(stack);
    const file = existsSync(path) ? parseStackFile(readFileSync(path, "utf8"), place) : {};
    return { file, config: Object.fromEntries(valuesOf(file)) };
  }
  const { base } = reviewed;
  if (!base.stackFile) {
    const about = { place, field: "--base", given: base.ref, refused: noFileInBase };
    return { problems: [{ code: "STACK_NOT_IN_BASE", ...about }] };
  }
  const stats = lstatSync(stackConfigPath(stack), { throwIfNoEntry: false });
  if (!stats) return { problems: [describeRemovedFile(stack)] };
  if (!stats.isFile()) {
    const refused = "it is not a file but a link or a directory, and may lead to any file of this machine";
    return { problems: [{ code: "INVALID_VALUE", place, field: "the file", refused }] };
  }
  const isOwn = ([key]: readonly [string, unknown]) => key.startsWith(own) && key !== reviewAsKey;
  const config = await reviewed.config;
  const taken = Object.entries(config).filter(isOwn);
  // It may be the ciphertext of a password, which a message about the key would show.
  const allowed = "a value that is not encrypted";
  const encrypted = taken
    .filter(([, { secret }]) => secret)
    .map(([field]) => ({ code: "INVALID_VALUE", place, field, given: "(not shown)", allowed }) as const);
  // Those of the keys, too, that the review takes from the base.
  const problems = [...encrypted, ...findPlain(stack, config)];
  if (problems.length > 0) return { problems };
  const kept = [...valuesOf(base.stackFile)].filter((entry) => !isOwn(entry));
  const values = taken.map(([key, { value, objectValue }]) => [key, objectValue ?? value] as const);
  return { file: base.stackFile, config: Object.fromEntries([...kept, ...values]) };
}

/** Leaves out the keys of the smoke suite and of other principals, so that their secrets are not decrypted. */
function keepNeeded(config: Values): Values {
  const needed = ["kafka:", "pulumi:", own];
  const isNeeded = (key: string) => key !== reviewAsKey && needed.some((prefix) => key.startsWith(prefix));
  return Object.fromEntries(Object.entries(config).filter(([key]) => isNeeded(key)));
}

/** Returns the variables to change and, as undefined, those to remove. */
function differenceOf({ environment }: Sources<unknown>): NodeJS.ProcessEnv {
  const names = new Set([...Object.keys(environment), ...Object.keys(process.env)]);
  const changed = [...names].filter((name) => environment[name] !== process.env[name]);
  return Object.fromEntries(changed.map((name) => [name, environment[name]]));
}

async function readChosen(
  stack: string,
  flags: readonly string[],
  environment: NodeJS.ProcessEnv,
  chosen: ReviewSources<unknown> | undefined,
): Promise<{ readonly connection: Connection } | Problems> {
  const config = await readStackConfig(stack, flags, { environment });
  const read = readConnection(config, stackFile(stack), chosen?.environment, chosen?.own);
  return "problems" in read ? { problems: explainMissingFile(stack, read.problems) } : read;
}
