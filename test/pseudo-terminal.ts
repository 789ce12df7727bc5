import { spawnSync } from "node:child_process";
import { expect, vi } from "vitest";
import { listen } from "./listen.ts";
import type { Workspace } from "./workspace.ts";

/** Whether `script` of util-linux is there, which runs a command at a pseudo terminal; that of macOS has other flags. */
export const hasPseudoTerminal = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes(
  "util-linux",
);

/** The key that removes the answer typed so far, Ctrl-U. */
export const clear = "\u0015";

/**
 * Runs a command at a pseudo terminal, and types each answer once its question has been printed. The terminal shows what
 * is typed, unless the command prevents that.
 * @returns everything that the terminal showed
 */
export async function typeAnswers(
  workspace: Workspace,
  command: string,
  answers: readonly (readonly [question: string, answer: string])[],
): Promise<{ readonly exitCode: number; readonly printed: string }> {
  // A pseudo terminal without a size has lines of no column.
  const sized = `stty columns 120 rows 40; ${command}`;
  const script = `exec script --quiet --return --echo always --command '${sized}' /dev/null`;
  const child = workspace.startShell(script, "pipe");
  const { ended, said } = listen(child);
  let read = 0;
  for (const [question, answer] of answers) {
    const isThere = () => said().includes(question, read);
    await vi.waitUntil(() => isThere() || child.exitCode !== null, { timeout: 30_000, interval: 20 });
    expect(said().slice(read)).toContain(question);
    read = said().indexOf(question, read) + question.length;
    child.stdin?.write(answer);
  }
  return { exitCode: await ended, printed: said() };
}
