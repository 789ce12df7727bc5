import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cataloguePlace, readCatalogueFiles } from "./catalogue-files.ts";
import type { EvaluatedCatalogue, EvaluatedFile } from "./evaluated-catalogue.ts";

/** Of processor time, for all files: on a busy machine, a process may wait for seconds. It holds without this process, too. */
const mostProcessorSeconds = 5;
/** How long a file may take, in ticks of this process, which does not count while the machine sleeps. */
const [tickMs, mostTicks] = [100, 600];
const mostMemoryMib = 512;
const mostOutputCharacters = 64 * 1024 ** 2;
/** Each file that ends the process costs another one, with as much time. */
const mostProcesses = 10;

const topicsFolder = new URL("topics/", import.meta.url);
const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
// Only what the process loads: not the folder, which contains the catalogue, since Node follows symbolic links.
const readable = [
  ...["catalogue-process.ts", "encoded-value.ts", "plain-data.ts", "plain-globals.ts"],
  ...["../kafka/given-value.ts", "../package.json"],
];
const args = [
  "-c",
  `ulimit -S -t ${mostProcessorSeconds} && exec "$0" "$@"`,
  process.execPath,
  // No other files, no processes, threads, addons or inspector. Node 24 cannot deny the network, which `restrictGlobals`
  // and the refused imports keep out of reach.
  "--permission",
  ...readable.map((name) => `--allow-fs-read=${pathOf(name)}`),
  "--disallow-code-generation-from-strings",
  "--disable-warning=ExperimentalWarning",
  `--max-old-space-size=${mostMemoryMib}`,
  pathOf("catalogue-process.ts"),
];

/**
 * Evaluates the files of a catalogue, in a process without secrets that has no access to anything else.
 * @returns what each file declares, or why that is unknown, in the order of their paths
 */
export async function evaluateCatalogue(folder = topicsFolder): Promise<EvaluatedCatalogue> {
  const path = fileURLToPath(folder);
  const { sources, problems } = readCatalogueFiles(path);
  // A file name may contain characters with a meaning in URLs, such as "#" or "%".
  const urlOf = (file: string) => pathToFileURL(join(path, file)).href;
  const modules = {
    ...Object.fromEntries([...sources].map(([file, source]) => [urlOf(file), source])),
    [pathToFileURL(pathOf("topic-config.ts")).href]: readFileSync(pathOf("units.ts"), "utf8"),
    [pathToFileURL(pathOf("dead-letters.ts")).href]: readFileSync(pathOf("dead-letters.ts"), "utf8"),
    // Only for its types.
    [pathToFileURL(pathOf("topic.ts")).href]: "",
  };
  const files = [...sources.keys()];
  const evaluated: EvaluatedFile[] = [];
  for (let processes = 1; evaluated.length < files.length; processes++) {
    const rest = files.slice(evaluated.length).map(urlOf);
    const { results, end } = await run(JSON.stringify({ modules, files: rest }));
    evaluated.push(...results.slice(0, rest.length));
    if (results.length >= rest.length) break;
    evaluated.push(refuse(end));
    if (processes === mostProcesses)
      evaluated.push(...rest.slice(results.length + 1).map(() => refuse(tooManyEnds)));
  }
  return [
    ...evaluated.map((file, index) => ({ place: `${cataloguePlace}${files[index]}`, file })),
    ...problems.map(({ place, ...problem }) => ({ place, file: { problem } })),
  ];
}

const endless = "Error: endless loop";
const tooManyEnds = `Error: not loaded, since ${mostProcesses} other files ended their process`;

function refuse(refused: string): EvaluatedFile {
  return { problem: { field: "file", given: "a module", refused } };
}

/**
 * Runs the process until it has evaluated all files, or one of them ends it.
 * @returns the results, and why there is none for the next file
 * @throws Error if the process does not start
 */
async function run(input: string): Promise<{ results: EvaluatedFile[]; end: string }> {
  const child = spawn("/bin/sh", args, { env: {} });
  let [output, errors, ticks, limit] = ["", "", 0, ""];
  const kill = (reason: string) => {
    limit = reason;
    child.kill("SIGKILL");
  };
  const timer = setInterval(() => {
    // Node itself is starting until the process has written its first line.
    if (output && ++ticks === mostTicks) kill(endless);
  }, tickMs);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (text.includes("\n")) ticks = 0;
    if (output.length > mostOutputCharacters)
      kill(`Error: its topics have more than ${mostOutputCharacters} characters`);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = `${errors}${text}`.slice(0, 2_000);
  });
  // How the process ended says more than a broken pipe.
  child.stdin.on("error", () => {}).end(input);
  // Loaded while the process runs.
  const parser = import("./evaluated-catalogue.ts");
  const [code, signal] = await once(child, "close").finally(() => clearInterval(timer));
  const { parseFile } = await parser;
  // After the last line break is an incomplete line.
  const [start, ...lines] = output.split("\n").slice(0, -1);
  if (start === undefined)
    throw new Error(`The process that evaluates the catalogue does not start: ${errors}`);
  if (signal === "SIGXCPU") limit = endless;
  const ending = `${signal ?? `exit code ${code}`}; it may use ${mostMemoryMib} MiB of memory`;
  return {
    results: lines.map(
      (line) => parseFile(line) ?? refuse("Error: its process wrote something else than topics"),
    ),
    end: limit || `Error: its process ended with ${ending}`,
  };
}
