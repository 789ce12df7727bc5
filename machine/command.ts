import { AssertionError } from "node:assert";
import { type ParseArgsConfig, parseArgs } from "node:util";

/** Exit codes of our commands, where no established convention has another. */
export const exitCodes = {
  /** Success. */
  success: 0,
  /** The command could not run. */
  failure: 1,
  /** A finding that must stop a pipeline. */
  finding: 2,
  /** A fault of this program, EX_SOFTWARE of sysexits.h. */
  unexpected: 70,
} as const;

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T & { readonly help: { readonly type: "boolean" } } }>
>["values"];

/** A command of `npm run`, with the grammar that all of them share. */
export type Command<T extends Options> = {
  /** What `--help` prints. */
  readonly help: string;
  /** As for `parseArgs`. One that is not `multiple` may be given once. */
  readonly options: T;
  /** Flags of the last version, each with what replaces it: they still work, and say so. */
  readonly replaced?: Readonly<Record<string, string>>;
  /** Flags of which the value is optional: a file to write, or standard output without one, given as "-". */
  readonly outputs?: readonly string[];
  /** Does the work. @returns the exit code */
  readonly run: (values: Parsed<T>, args: readonly string[]) => Promise<number> | number;
  /** Called before an error is printed, to clear a line of progress or to say what was not done. */
  readonly onError?: () => void;
};

/** Runs a command of this process's command line and sets its exit code. */
export async function runCommand<const T extends Options>(command: Command<T>): Promise<void> {
  const args = nameOutputs(process.argv.slice(2), command.outputs ?? []);
  try {
    const values = parseFlags(command, args);
    if ("help" in values && values.help) process.stdout.write(command.help);
    else process.exitCode = await command.run(values, args);
  } catch (error) {
    command.onError?.();
    process.exitCode = reportError(error);
  }
}

/**
 * Prints why a command ended: an expected error as its message, one of this program's faults with its stack trace.
 * @returns the exit code
 */
export function reportError(error: unknown): number {
  if (!isUnexpected(error)) {
    process.stderr.write(`${(error instanceof Error ? error.message : String(error)).trimEnd()}\n`);
    return exitCodes.failure;
  }
  const trace = error instanceof Error ? error.stack : String(error);
  process.stderr.write(
    `This is a fault of kafka-topics, not of your input. Report it with the command you ran and these lines:\n${trace}\n`,
  );
  return exitCodes.unexpected;
}

/** What JavaScript itself throws where a program is wrong; with a code, Node throws it for what it was given. */
const faults = [AssertionError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

/** Whether an error is a fault of this program rather than of its input or surroundings. */
export function isUnexpected(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const isFault = faults.some((fault) => error instanceof fault) || error.name === "ZodError";
  return isFault && !("code" in error && error.code !== "ERR_ASSERTION");
}

/** Gives an output flag without a value the value "-", which `parseArgs` requires. */
function nameOutputs(args: readonly string[], outputs: readonly string[]): string[] {
  return args.map((arg, at) => {
    const isBare = outputs.some((name) => arg === `--${name}`);
    const next = args[at + 1];
    return isBare && (next === undefined || next.startsWith("-")) ? `${arg}=-` : arg;
  });
}

function parseFlags<T extends Options>(
  { options, replaced = {} }: Command<T>,
  args: readonly string[],
): Parsed<T> {
  const all = { ...options, help: { type: "boolean" } } as const;
  const { values, tokens } = parseArgs({ args: [...args], options: all, tokens: true });
  const given = tokens.flatMap((token) => (token.kind === "option" ? [token.name] : []));
  for (const [name, count] of Map.groupBy(given, (flag) => flag)) {
    if (count.length > 1 && !all[name]?.multiple && all[name]?.type !== "boolean")
      throw new Error(`--${name}: given ${count.length} times, allowed: once`);
    const replacement = replaced[name];
    if (replacement)
      process.stderr.write(`--${name} is replaced by ${replacement}; it works in this version only.\n`);
  }
  return values;
}
