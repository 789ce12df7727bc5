import { AssertionError } from "node:assert";
import { inspect, type ParseArgsConfig, parseArgs } from "node:util";
import { messageOf } from "./errors.mjs";
import { writeReport } from "./report-file.ts";

/** Exit codes of our commands, unless an established convention has another one. */
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

/** The value of an output flag without a file: the result goes to standard output. */
export const standardOutput = "-";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T & { readonly help: { readonly type: "boolean" } } }>
>["values"];

/** A command of `npm run`; all commands share one syntax. */
export type Command<T extends Options> = {
  /** What `--help` prints. */
  readonly help: string;
  /** As for `parseArgs`. An option that is not `multiple` may be given once. */
  readonly options: T;
  /** Deprecated flags, each with its replacement: they still work, and print a warning. */
  readonly replaced?: Readonly<Record<string, string>>;
  /** Flags that a user may expect, such as `--refresh` or `-r`, each with the message that refuses it. */
  readonly refused?: Readonly<Record<string, string>>;
  /** Flags with an optional value: a file to write; without a value, "-" for standard output. */
  readonly outputs?: readonly string[];
  /** Other flags with an optional value, each with the value that it has without one. */
  readonly optional?: Readonly<Record<string, string>>;
  /** What `--help` calls the one argument that is not a flag, for commands that have one: `NAME`. */
  readonly argument?: string;
  /** Does the work. @returns the exit code */
  readonly run: (values: Parsed<T>, args: readonly string[], argument: string) => Promise<number> | number;
  /** Called before an error is printed, to clear a progress line or to say what was not done. */
  readonly onError?: () => void;
};

/** Runs a command with this process's arguments and sets its exit code. */
export async function runCommand<const T extends Options>(command: Command<T>): Promise<void> {
  const outputs = (command.outputs ?? []).map((name) => [name, standardOutput]);
  const args = completeFlags(process.argv.slice(2), { ...Object.fromEntries(outputs), ...command.optional });
  let json: unknown;
  try {
    const { values, positionals } = parseFlags(command, args);
    json = "json" in values ? values.json : undefined;
    if ("help" in values && values.help) process.stdout.write(command.help);
    else process.exitCode = await command.run(values, args, readArgument(command, positionals));
  } catch (error) {
    command.onError?.();
    process.exitCode = reportError(error);
    if (typeof json === "string") writeFindings(json, error);
  }
}

/** Writes as JSON what an error is about, if that has a code: the error of a command that could not run. */
function writeFindings(file: string, error: unknown): void {
  if (!(error instanceof Error && "findings" in error)) return;
  const text = `${JSON.stringify({ version: 1, errors: error.findings }, null, 2)}\n`;
  if (file === standardOutput) process.stdout.write(text);
  else
    try {
      writeReport("--json", file, text);
    } catch (unwritten) {
      reportError(unwritten);
    }
}

/**
 * Prints why a command failed: an expected error as its message, a fault of this program with its stack trace.
 * @returns the exit code
 */
export function reportError(error: unknown): number {
  if (!isUnexpected(error)) {
    process.stderr.write(`${messageOf(error).trimEnd()}\n`);
    return exitCodes.failure;
  }
  return reportFault(error);
}

/**
 * Prints a fault of this program with its stack trace and the stack traces of its causes.
 * @returns the exit code
 */
export function reportFault(error: unknown): number {
  process.stderr.write(
    "This is a bug in kafka-topics, not a problem with your input. Report it with the command and these lines:\n" +
      `${error instanceof Error ? inspect(error) : String(error)}\n`,
  );
  return exitCodes.unexpected;
}

/** Errors that JavaScript throws for bugs; if they have a code, Node throws them for invalid input. */
const faults = [AssertionError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

/** Whether an error is a fault of this program rather than of its input or surroundings. */
export function isUnexpected(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const isFault = faults.some((fault) => error instanceof fault) || error.name === "ZodError";
  return isFault && !("code" in error && error.code !== "ERR_ASSERTION");
}

/** Gives flags without a value their default, since `parseArgs` requires one. */
function completeFlags(args: readonly string[], defaults: Readonly<Record<string, string>>): string[] {
  const end = args.indexOf("--");
  return args.map((arg, at) => {
    const name = arg.slice(2);
    const isFlag = arg.startsWith("--") && Object.hasOwn(defaults, name) && (end < 0 || at < end);
    const next = args[at + 1];
    const isBare = next === undefined || (next.startsWith("-") && next !== standardOutput);
    return isFlag && isBare ? `${arg}=${defaults[name]}` : arg;
  });
}

function readArgument({ argument }: { readonly argument?: string }, given: readonly string[]): string {
  if (argument === undefined) return "";
  const [first = "", ...more] = given;
  if (first === "") throw new Error(`${argument}: given nothing, allowed: one argument`);
  // Not shown, because one of them may be a password.
  if (more.length > 0) throw new Error(`${argument}: given ${given.length} arguments, allowed: one argument`);
  return first;
}

function parseFlags<T extends Options>(
  { options, replaced = {}, refused = {}, outputs = [], argument }: Command<T>,
  args: readonly string[],
): { values: Parsed<T>; positionals: string[] } {
  for (const [flag = ""] of args.map((arg) => arg.split("=")))
    if (Object.hasOwn(refused, flag)) throw new Error(refused[flag]);
  const all = { ...options, help: { type: "boolean" } } as const;
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: all,
    tokens: true,
    allowPositionals: argument !== undefined,
  });
  const given = tokens.flatMap((token) => (token.kind === "option" ? [token.name] : []));
  for (const [name, count] of Map.groupBy(given, (flag) => flag)) {
    if (count.length > 1 && !all[name]?.multiple && all[name]?.type !== "boolean")
      throw new Error(`--${name}: given ${count.length} times, allowed: once`);
    const replacement = replaced[name];
    if (replacement)
      process.stderr.write(
        `--${name} is replaced by ${replacement}; this is the last version that accepts it.\n`,
      );
  }
  const printed = tokens.flatMap((token) =>
    token.kind === "option" && token.value === standardOutput && outputs.includes(token.name)
      ? [`--${token.name}`]
      : [],
  );
  if (printed.length > 1)
    throw new Error(`${printed.join(", ")}: given without a file, allowed: only one of them without a file`);
  return { values, positionals };
}
