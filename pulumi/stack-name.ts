import { parseArgs } from "node:util";
import { localStack } from "./environment.ts";

/** The engine's commands for an account or another project, not for a stack of this project. */
const withoutStack = ["login", "logout", "whoami", "new"];

/**
 * Returns the stack of a command: `--stack NAME` in its arguments, else `PULUMI_STACK`, else `dev`.
 * @param args a command line of the engine, or only its flags
 * @returns "" for a command without a stack
 */
export function chooseStack(args: readonly string[]): string {
  const [command = "", subcommand = "", ...rest] = args;
  if (withoutStack.includes(command)) return "";
  if (command === "stack" && ["init", "select", "rm"].includes(subcommand)) {
    const name = rest.find((arg) => !arg.startsWith("-"));
    if (name) return name;
  }
  const options = { stack: { type: "string", short: "s" } } as const;
  const { values } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true });
  if (values.stack === "") throw new Error("--stack: given nothing, allowed: the name of a stack");
  const named = typeof values.stack === "string" ? values.stack.replace(/^=/, "") : undefined;
  return named || process.env.PULUMI_STACK || localStack;
}

/**
 * Checks the name of a new stack, which is also part of a file's name.
 * @throws Error with what is allowed
 */
export function checkNewName(name: string): void {
  if (name === localStack)
    throw new Error(
      `NAME: given ${name}, allowed: another name; ${name} is the cluster that npm start runs here`,
    );
  // The Pulumi CLI also accepts "..", and writes its state over that of the project.
  if (!/^[a-z0-9_][a-z0-9_.-]{0,99}$/i.test(name))
    throw new Error(
      `NAME: given ${JSON.stringify(name)}, allowed: 1 to 100 letters, digits, ".", "_" and "-", without "." or "-" first`,
    );
}
