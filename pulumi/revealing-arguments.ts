import { parseArgs } from "node:util";
import { secureStack } from "../infra/stack-files.ts";
import { isSecretKey, secretSettings } from "../kafka/secret-settings.ts";
import { localStack } from "./environment.ts";

/** The flags of `config set` and `config set-all` that take a value, and `--secret`. */
const configOptions = {
  stack: { type: "string", short: "s" },
  "config-file": { type: "string" },
  type: { type: "string" },
  cwd: { type: "string", short: "C" },
  color: { type: "string" },
  verbose: { type: "string", short: "v" },
  profiling: { type: "string" },
  memprofilerate: { type: "string" },
  json: { type: "string" },
  secret: { type: "boolean" },
} as const;

/** `kafka:saslPassword=VALUE`, also as a value of `--config`, as a path, or in JSON. */
const assignment = new RegExp(`(\\w[\\w-]*:(?:${secretSettings.join("|")}))["'\\]]*\\s*[=:]`);

/**
 * Refuses a command line of the engine that would reveal a secret.
 * @throws Error that says what to do instead
 */
export function refuseRevealing(stack: string, args: readonly string[]): void {
  const flag = args.find((arg) => /^--(tracing|otel-traces|logtostderr=(?!true|1))/.test(arg));
  if (flag)
    throw new Error(
      `${flag.replace(/=.*/, "")}: given, allowed: no such flag, because the engine would write the stack's secrets ` +
        "unencrypted. To see its log without them, use -v=9.",
    );
  const assigned = args
    .map((arg) => assignment.exec(arg.replace(/^-c/, ""))?.[1])
    .find((key) => key !== undefined);
  if (assigned) throw valueOnCommandLine(stack, assigned);
  const options = { args: [...args], options: configOptions, strict: false, allowPositionals: true };
  const { values, positionals } = parseArgs(options);
  const [command, subcommand, key = "", value] = positionals;
  if (command !== "config") return;
  if (subcommand === "set-all" && (values.secret || args.some((arg) => /"secret": *true/.test(arg))))
    throw valueOnCommandLine(stack, key.replace(/=.*/, "") || "--json");
  // The path of a key is no secret.
  if (subcommand !== "set" || (key.endsWith(":clientKey") && value?.startsWith("/"))) return;
  if (!values.secret && !isSecretKey(key)) return;
  if (value !== undefined) throw valueOnCommandLine(stack, key);
  if (!values.secret) throw new Error(`${key}: given without --secret, allowed: ${instead(stack, key)}`);
  refuseLocal(stack, key);
}

/**
 * Refuses a secret for a stack of this machine.
 * @throws Error
 */
export function refuseLocal(stack: string, key: string): void {
  if (!isLocal(stack)) return;
  throw new Error(
    `${key}: given for stack ${stack}, allowed: another stack. The passphrase of ${stack} is empty, so anyone can ` +
      "decrypt its secrets; npm start sets up its cluster and all that it needs.",
  );
}

function isLocal(stack: string): boolean {
  return stack === localStack || stack === secureStack;
}

function valueOnCommandLine(stack: string, key: string): Error {
  return new Error(
    `${key}: given as an argument, which is visible to other processes, in the shell's history and in npm's log, allowed: ` +
      `${instead(stack, key)}. Nothing was changed. If it is a secret in use, replace it.`,
  );
}

function instead(stack: string, key: string): string {
  return isSecretKey(key)
    ? `npm run secret -- --stack ${isLocal(stack) ? "NAME" : stack} ${key}, which asks for the value or reads it from standard input`
    : "no value: the command asks for it or reads it from standard input";
}
