import { expect } from "vitest";
import type { Workspace } from "../workspace.ts";
import type { Block } from "./document.ts";

/** The environment of commands that a person types: npm prints no header, and the engine's question is answered yes. */
export const typed = { npm_config_loglevel: "silent", PULUMI_SKIP_CONFIRMATIONS: "true" } as const;

/** How to run a block. */
export type RunOptions = {
  /** Replacements for words of the block: `{ BACKEND: "file:///..." }`. */
  readonly words?: Readonly<Record<string, string>>;
  /** What the block shows instead of values of this run: `{ "127.0.0.1:23456": "127.0.0.1:19092" }`. */
  readonly shownAs?: Readonly<Record<string, string>>;
  /** What the commands read from standard input. */
  readonly input?: string;
  /** The expected exit code of the last command; all others must succeed. */
  readonly exitCode?: number;
};

/** A command of a block with the output that the block shows below it. */
type Step = { readonly command: string; readonly output: readonly string[] };

/** In a block, this line stands for any number of lines. */
const elision = " ...";

/**
 * Runs the commands of a block, the lines that begin with `$ `, in one shell. If the block shows output below a
 * command, the command must print the same, except for times. A command without output in the block may print anything.
 * @returns everything that the commands printed
 */
export async function runBlock(
  workspace: Workspace,
  block: Block,
  options: RunOptions = {},
): Promise<string> {
  const { words = {}, shownAs = {}, input, exitCode = 0 } = options;
  const steps = readSteps(block);
  const commands = steps.map(({ command }) => `${replaceAll(command, words)} || status=$?\n${endOfCommand}`);
  const { stdout, ...ended } = await workspace.shell(["exec 2>&1", ...commands].join("\n"), input);
  const place = `${block.document}, ${block.name}`;
  expect(ended.exitCode, `${place}:\n${stdout}`).toBe(exitCode);
  const outputs = stdout.split(separator);
  for (const [at, { command, output }] of steps.entries())
    expectShown(output, replaceAll(outputs[at] ?? "", shownAs), `${place}: ${command}`);
  return outputs.join("");
}

const separator = "\u001e";
const endOfCommand = `printf '${separator}'; [ -z "\${status:-}" ] || exit "$status"`;

/** Reads the commands of a block, each with the output that is shown for it. */
export function readSteps({ document, name, lines }: Block): Step[] {
  const starts = lines.flatMap((line, at) => (line.startsWith("$ ") ? [at] : []));
  if (starts[0] !== 0) throw new Error(`${document}, ${name}: a block of commands begins with "$ ".`);
  return starts.map((start, at) => ({
    command: lines[start]?.slice(2) ?? "",
    output: lines.slice(start + 1, starts[at + 1]),
  }));
}

/**
 * Fails unless a document shows what a command printed. If the document shows no output, the command may print
 * anything.
 */
export function expectShown(output: readonly string[], printed: string, place: string): void {
  if (output.length === 0) return;
  const [shown, real] = [normalize(output.join("\n")), normalize(printed)];
  if (isShown(real, shown)) return;
  // Compares text, so that a failure shows the difference.
  expect(real.join("\n"), place).toBe(shown.join("\n"));
}

function isShown(real: readonly string[], [line, ...rest]: readonly string[]): boolean {
  if (line === undefined) return real.length === 0;
  if (line !== elision) return real[0] === line && isShown(real.slice(1), rest);
  return Array.from({ length: real.length + 1 }, (_, at) => real.slice(at)).some((tail) =>
    isShown(tail, rest),
  );
}

/**
 * The lines of a text, times as `TIME` and hashes as `HASH`, tables without the widths that depend on a time, and totals
 * without the retries, which depend on it too.
 */
function normalize(text: string): string[] {
  const lines = text.trim() === "" ? [] : text.replace(/^\n+|\s+$/g, "").split("\n");
  return lines.map((line) => {
    const timeless = line
      .trimEnd()
      .replace(/\b[0-9a-f]{64}\b/g, "HASH")
      .replace(/; \d+ (retry|retries): .*(?=\.$)/, "")
      .replace(/\b(\d+m)?\d+(\.\d+)? ?(ms|s)\b/g, "TIME");
    return /^[┌├└│]/.test(line) ? timeless.replace(/ {2,}/g, " ").replace(/─+/g, "─") : timeless;
  });
}

function replaceAll(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((result, [from, to]) => result.replaceAll(from, to), text);
}
