import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes, runCommand } from "../machine/command.ts";
import { root } from "../machine/paths.ts";
import { install } from "../machine/set-up.ts";
import { kafkaPart } from "../machine/toolchain/kafka.ts";
import type { Part } from "../machine/toolchain/parts.ts";
import { makeRunFolder } from "./bench/run-folder.ts";
import { Cluster } from "./cluster/cluster.ts";
import { findNodePorts } from "./cluster/node-ports.ts";
import { type Outcome, tryOperations } from "./compatibility/operations.ts";
import { renderTable } from "./compatibility/table.ts";
import { Trial } from "./compatibility/trial.ts";
import { jarsLists } from "./compatibility/versions.ts";
import { fillBlocks } from "./documents/blocks.ts";

const document = join(root, "docs", "compatibility.md");
const known = [...jarsLists.keys()].join(", ");

await runCommand({
  help: `Usage: npm run compatibility -- [--kafka VERSION]...

Tests the main commands on several versions of Kafka. For each, it starts a cluster of three brokers on this machine,
deploys, tests, adopts and changes topics, and kills a broker. It installs Kafka's own jars from Maven Central, and runs only
jars whose SHA-256 is pinned in this repository. It removes the clusters at the end, even after Ctrl-C.

  --kafka VERSION  only this version; can be repeated: ${known}

Prints a table and, without --kafka, also writes it to docs/compatibility.md. Exits with 1 if anything fails.
`,
  options: { kafka: { type: "string", multiple: true } },
  run: async ({ kafka }) => {
    const parts = readVersions(kafka ?? [...jarsLists.keys()]);
    await install("engine", { title: "Versions of Kafka", parts: [...parts.values()] });
    const results = await tryVersions(parts);
    const table = renderTable(results);
    process.stdout.write(`${table}\n`);
    if (!kafka) {
      const text = readFileSync(document, "utf8");
      writeFileSync(document, fillBlocks(text, new Map([["results", table]])));
    }
    const isFailed = [...results.values()].flat().some(({ failure }) => failure !== undefined);
    return isFailed ? exitCodes.failure : exitCodes.success;
  },
});

/** @throws Error if the jars of a version are not pinned */
function readVersions(versions: readonly string[]): Map<string, Part> {
  return new Map(
    versions.map((version) => {
      const list = jarsLists.get(version);
      if (list === undefined) throw new Error(`--kafka: given ${version}, allowed: ${known}`);
      return [version, kafkaPart(`Apache Kafka ${version}`, list)];
    }),
  );
}

async function tryVersions(parts: ReadonlyMap<string, Part>): Promise<Map<string, Outcome[]>> {
  const results = new Map<string, Outcome[]>();
  const { folder, remove } = makeRunFolder("Nothing was written.");
  try {
    for (const [version, { folder: jars }] of parts) {
      const own = join(folder, version);
      mkdirSync(own);
      const cluster = new Cluster(join(own, "cluster"), await findNodePorts(3), {
        jars,
        tieredStorage: true,
      });
      const trial = await Trial.create(cluster, own);
      results.set(version, await tryOperations(trial, (outcome) => report(version, outcome)));
      await cluster.stop("SIGKILL");
    }
  } finally {
    remove();
  }
  return results;
}

function report(version: string, { title, durationMs, failure }: Outcome): void {
  const seconds = `${(durationMs / 1000).toFixed(1)} s`;
  const result = failure === undefined ? seconds : `failed after ${seconds}:\n${failure}`;
  process.stderr.write(`Kafka ${version}: ${title}: ${result}\n`);
}
