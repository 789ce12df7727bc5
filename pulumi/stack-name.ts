import { parseArgs } from "node:util";
import { localStack } from "./environment.ts";

/** The engine's commands for an account or another project, not for a stack of this project. */
const withoutStack = ["login", "logout", "whoami", "new"];

/** The engine's flags with a value, which is no flag: in `-msprod`, it is a message, and the stack is not prod. */
const flagsWithValue = {
  stack: { type: "string", short: "s" },
  config: { type: "string", short: "c" },
  cwd: { type: "string", short: "C" },
  message: { type: "string", short: "m" },
  parallel: { type: "string", short: "p" },
  target: { type: "string", short: "t" },
  exclude: { type: "string", short: "x" },
  verbose: { type: "string", short: "v" },
  color: { type: "string" },
  "config-file": { type: "string" },
  replace: { type: "string" },
  "target-replace": { type: "string" },
  "policy-pack": { type: "string" },
} as const;

/** Those of `import`; in other commands, `-f` has no value. */
const flagsOfImport = { file: { type: "string", short: "f" }, out: { type: "string", short: "o" } } as const;

/**
 * Returns the stack of a command: the given one, else `PULUMI_STACK`, else `dev`.
 * @param given the value of `--stack` or `-s`
 */
export function chooseStack(given: string | undefined): string {
  if (given === "") throw new Error("--stack: given nothing, allowed: the name of a stack");
  // The engine reads -s=prod as -sprod.
  return given?.replace(/^=/, "") || process.env.PULUMI_STACK || localStack;
}

/**
 * Returns the stack of a command line of the engine.
 * @returns "" for a command without a stack
 */
export function readStack(args: readonly string[]): string {
  const [command = "", subcommand = "", ...rest] = args;
  if (withoutStack.includes(command)) return "";
  if (command === "stack" && ["init", "select", "rm"].includes(subcommand)) {
    const name = rest.find((arg) => !arg.startsWith("-"));
    if (name) return name;
  }
  const options = { ...flagsWithValue, ...(command === "import" && flagsOfImport) };
  const { values } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true });
  return chooseStack(typeof values.stack === "string" ? values.stack : undefined);
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
