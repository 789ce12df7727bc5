import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { kafkaJars, root } from "../paths.ts";
import { makeFolder, type Part, requireProgram } from "./parts.ts";
import { runTool } from "./run-tool.ts";

/**
 * Checks that Java can run Kafka.
 * @throws Error in one line if it is missing or too old
 */
export async function requireJava(): Promise<void> {
  const version = /version "(?:1\.)?(\d+)/;
  await requireProgram({ command: ["java", "-version"], version, atLeast: 17, install: "Java 17 or later" });
}

/** The list of downloaded jars, written last. */
const jarList = join(kafkaJars, "jars.txt");

/** Lists names and sizes, so that a missing or truncated jar is downloaded again. */
function listJars(folder: string): string {
  const jars = readdirSync(folder).filter((name) => name.endsWith(".jar"));
  return jars.map((name) => `${name} ${statSync(join(folder, name)).size}\n`).join("");
}

/** Apache Kafka, as jars. */
export const kafkaParts: readonly Part[] = [
  {
    title: "Apache Kafka",
    folder: kafkaJars,
    ready: async () => existsSync(jarList) && readFileSync(jarList, "utf8") === listJars(kafkaJars),
    make: async (report) => {
      await requireJava();
      const version = /Apache Maven (\d+)/;
      await requireProgram({
        command: ["mvn", "-version"],
        version,
        atLeast: 3,
        install: "Maven 3.6 or later",
      });
      await makeFolder(kafkaJars, async (folder) => {
        const pom = join(root, "machine", "toolchain", "pom.xml");
        const goal = "dependency:copy-dependencies";
        let downloaded = 0;
        const onLine = (line: string) => {
          if (line.includes("Downloaded from")) report(`${++downloaded} files downloaded with Maven`);
        };
        // --strict-checksums: a jar with a wrong checksum fails the build, instead of printing a warning.
        await runTool("mvn", ["-B", "--strict-checksums", "-f", pom, goal, `-DoutputDirectory=${folder}`], {
          onLine,
        });
        const jars = listJars(folder);
        if (!jars.includes("kafka_"))
          throw new Error("Maven succeeded, but did not download Kafka. Check mvn -version.");
        writeFileSync(join(folder, basename(jarList)), jars);
      });
    },
  },
];
