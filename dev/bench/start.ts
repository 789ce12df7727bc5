import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCatalogue } from "../../infra/catalogue.ts";
import { findFreePorts } from "../../machine/free-ports.ts";
import { localFolder } from "../../machine/paths.ts";
import packageJson from "../../package.json" with { type: "json" };
import { copyProgram } from "../copy-program.ts";
import { compare } from "./compare.ts";
import type { Journal } from "./journal.ts";
import { runMeasured } from "./run-measured.ts";

const localPorts = ["19092", "19093", "19094", "19192", "19193", "19194"];

/** Measures `npm start` when everything is already running and deployed, in a copy with its own ports. */
export async function measureStart(folder: string, journal: Journal, runs: number): Promise<void> {
  const copy = join(folder, "start");
  mkdirSync(copy);
  copyProgram(copy);
  const ports = await findFreePorts(localPorts.length);
  for (const name of ["dev/cluster/local.ts", "Pulumi.dev.yaml"]) {
    const text = readFileSync(join(copy, name), "utf8");
    const moved = text.replaceAll(/\b19[01]9[234]\b/g, (port) => String(ports[localPorts.indexOf(port)]));
    writeFileSync(join(copy, name), moved);
  }
  mkdirSync(join(copy, ".dev"), { recursive: true });
  symlinkSync(join(localFolder, "kafka"), join(copy, ".dev", "kafka"));

  const { PULUMI_BACKEND_URL: _url, PULUMI_STACK: _stack, ...env } = process.env;
  const run = (script: "start" | "stop", ...args: string[]) =>
    runMeasured("sh", ["-c", `${packageJson.scripts[script]} "$@"`, script, ...args], { cwd: copy, env });
  await run("start");
  const { declaredNames: names } = await readCatalogue();
  await compare(journal, { operation: "start unchanged", topics: names.length, runs }, [
    { column: "this program", run: () => run("start") },
  ]);
  await run("stop", "--wipe");
}
