import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { jarsFolderOf, kafkaJarsList, root } from "../paths.ts";
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

/** Reads the version of Kafka whose jars are pinned. */
export function readKafkaVersion(): string {
  const pom = readFileSync(join(root, "machine", "toolchain", "pom.xml"), "utf8");
  return /<kafka.version>(.*)<\/kafka.version>/.exec(pom)?.[1] ?? "unknown";
}

/**
 * The folder, in that of the jars, with the jars of Kafka's tests. They are not on the brokers' class path, because their
 * settings for logging would apply: to log nothing.
 */
export const testJars = "tests";

/** Java loads each file whose name ends like this from the folder. */
const isJar = (name: string) => /\.jar$/i.test(name);

/**
 * Returns Apache Kafka as the jars that a list pins.
 * @param list a file with the SHA-256 of each jar and its path in a Maven repository
 */
export function kafkaPart(title: string, list: string): Part {
  const folder = jarsFolderOf(list);
  const jars = readFileSync(list, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [sha256 = "", path = ""] = line.split("  ");
      const name = path.endsWith("-test.jar") ? `${testJars}/${basename(path)}` : basename(path);
      return { sha256, path, name };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const pinnedHash = createHash("sha256")
    .update(jars.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(""))
    .digest("hex");
  const pins = relative(root, list);
  return {
    title,
    folder,
    ready: () => isVerified(folder, [pinnedHash], isJar),
    make: async (report) => {
      await requireJava();
      await makeFolder(folder, async (unfinished) => {
        mkdirSync(join(unfinished, testJars));
        const agents = openAgents();
        let downloaded = 0;
        try {
          await Promise.all(
            jars.map(async ({ sha256, path, name }) => {
              await downloadPinned(`${repository}/${path}`, join(unfinished, name), { sha256, pins, agents });
              report(`${++downloaded} of ${jars.length} jars downloaded`);
            }),
          );
        } finally {
          agents.tls.destroy();
          agents.plain.destroy();
        }
      });
    },
  };
}

/** Apache Kafka, as jars. */
export const kafkaParts: readonly Part[] = [kafkaPart("Apache Kafka", kafkaJarsList)];
