import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { kafkaJars, kafkaJarsList } from "../paths.ts";
import { downloadPinned, openAgents } from "./download.ts";
import { makeFolder, type Part, requireProgram } from "./parts.ts";
import { isVerified } from "./verified-folder.ts";

/** Maven Central, or the mirror that the environment names. */
const repository = process.env.KAFKA_TOPICS_MAVEN_URL ?? "https://repo.maven.apache.org/maven2";

/**
 * Checks that Java can run Kafka.
 * @throws Error in one line if it is missing or too old
 */
export async function requireJava(): Promise<void> {
  const version = /version "(?:1\.)?(\d+)/;
  await requireProgram({ command: ["java", "-version"], version, atLeast: 17, install: "Java 17 or later" });
}

/** The jars that `kafka-jars.sha256` pins, by their paths in a Maven repository. */
const jars = readFileSync(kafkaJarsList, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => {
    const [sha256 = "", path = ""] = line.split("  ");
    return { sha256, path, name: basename(path) };
  })
  .sort((a, b) => (a.name < b.name ? -1 : 1));

const pinnedHash = createHash("sha256")
  .update(jars.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(""))
  .digest("hex");

/** Java loads each file whose name ends like this from the folder. */
const isJar = (name: string) => /\.jar$/i.test(name);

/** Apache Kafka, as jars. */
export const kafkaParts: readonly Part[] = [
  {
    title: "Apache Kafka",
    folder: kafkaJars,
    ready: () => isVerified(kafkaJars, [pinnedHash], isJar),
    make: async (report) => {
      await requireJava();
      await makeFolder(kafkaJars, async (folder) => {
        const agents = openAgents();
        let downloaded = 0;
        try {
          await Promise.all(
            jars.map(async ({ sha256, path, name }) => {
              const pins = "machine/toolchain/kafka-jars.sha256";
              await downloadPinned(`${repository}/${path}`, join(folder, name), { sha256, pins, agents });
              report(`${++downloaded} of ${jars.length} jars downloaded`);
            }),
          );
        } finally {
          agents.tls.destroy();
          agents.plain.destroy();
        }
      });
    },
  },
];
