import { join } from "node:path";
import ts from "typescript";
import { root } from "../../machine/paths.ts";

/**
 * Compiles sources as if they were files of the repository, with its own settings.
 * @param sources by path from the root
 * @returns what the compiler reports
 */
export function compile(sources: Readonly<Record<string, string>>): string[] {
  const files = new Map(Object.entries(sources).map(([path, source]) => [join(root, path), source]));
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  const program = ts.createProgram([...files.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}
