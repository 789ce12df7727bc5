import { hideSecrets } from "../../machine/secrets.ts";
import { unfilteredStderr } from "../../machine/terminal.ts";

/** Says why an answer is refused; undefined if it is accepted. */
export type Check = (answer: string) => string | undefined | Promise<string | undefined>;

/** A person at a terminal. Each method throws CancelledError after Ctrl-C. */
export type Terminal = {
  /** Asks until the answer is accepted. */
  readonly ask: (question: string, check: Check) => Promise<string>;
  /** Asks in the same way, and shows nothing of the answer, not even its length. */
  readonly askSecret: (question: string, check: Check) => Promise<string>;
  readonly choose: <T>(question: string, choices: readonly Choice<T>[]) => Promise<T>;
  readonly confirm: (question: string) => Promise<boolean>;
};

/** One of the answers to choose from. */
export type Choice<T> = { readonly name: string; readonly value: T };

/** The person pressed Ctrl-C, or the signal that `openTerminal` was given was aborted. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
}

/** Returns the terminal of this process, which asks on standard error; undefined if it has none. */
export async function openTerminal(signal: AbortSignal): Promise<Terminal | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const { confirm, password, select, text } = await import("@clack/prompts");
  const shared = { output: unfilteredStderr, signal };
  const take = <T>(answer: T) => {
    if (!isAnswer(answer)) throw new CancelledError("Cancelled.");
    return answer;
  };
  const validate = (check: Check) => (answer: string | undefined) => check(answer ?? "");
  return {
    ask: async (message, check) => take(await text({ ...shared, message, validate: validate(check) })),
    askSecret: async (message, check) => {
      const options = { ...shared, message, mask: "", clearOnError: true, validate: validate(check) };
      const answer = take(await password(options));
      hideSecrets([answer]);
      return answer;
    },
    confirm: async (message) => take(await confirm({ ...shared, message })),
    choose: async (message, choices) => {
      const options = choices.map(({ name }, value) => ({ label: name, value }));
      const chosen = choices[take(await select({ ...shared, message, options }))];
      if (!chosen) throw new Error(`Nothing was chosen: ${message}`);
      return chosen.value;
    },
  };
}

/** The prompts return a symbol if they are cancelled. */
function isAnswer<T>(answer: T): answer is Exclude<T, symbol> {
  return typeof answer !== "symbol";
}
