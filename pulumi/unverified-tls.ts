import { existsSync, readFileSync } from "node:fs";
import { describeUnverified, findUnverified } from "../kafka/unverified-tls.ts";
import { stackConfigPath } from "../machine/paths.ts";
import { say } from "./say.ts";

/**
 * Warns that the connections of a stack do not verify certificates. The program reports the same as a finding, from the
 * config that the engine reads.
 */
export async function warnUnverified(stack: string): Promise<void> {
  for (const key of findUnverified(await readKeys(stackConfigPath(stack))))
    say(`WARNING: ${describeUnverified(key)} [TLS_NOT_VERIFIED]`);
}

async function readKeys(path: string): Promise<Record<string, unknown>> {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  // Few stacks have the key, and the others need no parser.
  if (!text.includes("skipTlsVerify")) return {};
  const { parseStackFile, valuesOf } = await import("./stack-file.ts");
  try {
    return Object.fromEntries(valuesOf(parseStackFile(text, path)));
  } catch {
    // The engine reports what is wrong with the file.
    return {};
  }
}
