import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cataloguePlace, findCatalogueFiles } from "./catalogue-files.ts";
import { type EvaluatedCatalogue, type EvaluatedFile, evaluatedFile } from "./evaluated-catalogue.ts";

const topicsFolder = new URL("topics/", import.meta.url);

/** How long a file may run, in ticks of this process: on a busy machine, both processes wait for a processor. */
const [tickMs, mostTicks] = [100, 100];
const mostOutputBytes = 64 * 1024 ** 2;
const mostMemoryMiB = 512;

const urlOf = (name: string) => new URL(name, import.meta.url);
const program = urlOf("catalogue-process.ts");
/** What the process loads. Not the folder: it has the catalogue, and Node follows symbolic links. */
const readable = [
  ...["catalogue-process.ts", "encoded-value.ts", "plain-data.ts", "plain-globals.ts"],
  ...["../kafka/", "../package.json"],
];
const flags = [
  "--permission",
  ...readable.map((name) => `--allow-fs-read=${fileURLToPath(urlOf(name))}`),
  "--disallow-code-generation-from-strings",
  "--frozen-intrinsics",
  `--max-old-space-size=${mostMemoryMiB}`,
];

/**
 * Evaluates the files of a catalogue in a process without rights, environment or secrets.
 * @returns what each file declares, or why that is unknown, in the order of their paths
 */
export async function evaluateCatalogue(folder: URL = topicsFolder): Promise<EvaluatedCatalogue> {
  const path = fileURLToPath(folder);
  const { files, problems } = findCatalogueFiles(path);
  // A file name may contain characters with a meaning in URLs, such as "#" or "%".
  const urls = files.map((file) => pathToFileURL(join(path, file)).href);
  const modules = {
    ...Object.fromEntries(files.map((file, index) => [urls[index], readFileSync(join(path, file), "utf8")])),
    [urlOf("topic-config.ts").href]: readFileSync(urlOf("units.ts"), "utf8"),
    // Catalogue files import only its types.
    [urlOf("topic.ts").href]: "",
  };
  const evaluated: EvaluatedFile[] = [];
  while (evaluated.length < files.length) {
    const rest = urls.slice(evaluated.length);
    const end = await run(JSON.stringify({ modules, files: rest }), rest.length, (file) =>
      evaluated.push(file),
    );
    if (end !== undefined) evaluated.push({ problem: { field: "file", given: "a module", refused: end } });
  }
  return [
    ...evaluated.map((file, index) => ({ place: `${cataloguePlace}${files[index]}`, file })),
    ...problems.map(({ code: _, place, ...problem }) => ({ place, file: evaluatedFile.parse({ problem }) })),
  ];
}

/**
 * Runs the process until it has evaluated all files, or one of them ends it.
 * @returns why it ended; undefined after the last file
 */
async function run(
  input: string,
  count: number,
  onFile: (file: EvaluatedFile) => void,
): Promise<string | undefined> {
  const child = spawn(process.execPath, [...flags, fileURLToPath(program)], { env: {} });
  const ended: Promise<unknown[]> = once(child, "close");
  // If the process ends early, `ended` has the reason.
  child.stdin.on("error", () => {}).end(input);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(0, 2_000);
  });
  let reason: string | undefined;
  const kill = (why: string) => {
    reason = why;
    child.kill("SIGKILL");
  };
  let ticks = 0;
  const timer = setInterval(() => {
    ticks++;
    if (ticks >= mostTicks) kill("Error: endless loop");
  }, tickMs);
  let [lines, bytes, rest] = [-1, 0, ""];
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    bytes += Buffer.byteLength(chunk);
    if (bytes > mostOutputBytes) kill(`Error: its topics take more than ${mostOutputBytes / 1024 ** 2} MiB`);
    const parts = `${rest}${chunk}`.split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      lines++;
      ticks = 0;
      if (lines > 0) onFile(evaluatedFile.parse(JSON.parse(part)));
    }
  }
  clearInterval(timer);
  const [code, signal] = await ended;
  if (lines < 0) throw new Error(`The process that evaluates the catalogue does not start: ${said}`);
  if (lines === count) return undefined;
  return (
    reason ??
    `Error: its process ended with ${signal ?? `exit code ${code}`}; it may use ${mostMemoryMiB} MiB of memory`
  );
}
