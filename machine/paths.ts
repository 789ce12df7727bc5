import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** The folder for everything that the commands keep for this clone; git ignores it. */
export const localFolder = join(root, ".dev");

/** The folder in which the Pulumi CLI keeps its versions and plugins. */
export const pulumiHome = process.env.PULUMI_HOME || join(homedir(), ".pulumi");

const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The Pulumi CLI's version, which is always that of its SDK. */
export const pulumiVersion: string = dependencies["@pulumi/pulumi"];

/** The folder of the Pulumi CLI. */
export const pulumiBin = join(pulumiHome, "versions", pulumiVersion, "bin");

/** The Kafka provider plugin's version, which is always that of its SDK. */
export const providerVersion: string = dependencies["@pulumi/kafka"];

/** Where the engine looks for the Kafka provider plugin. */
export const providerFolder = join(pulumiHome, "plugins", `resource-kafka-v${providerVersion}`);

/** The list of Kafka's jars and their hashes. */
export const kafkaJarsList = join(root, "machine", "toolchain", "kafka-jars.sha256");

/** Returns the folder of the jars in a list, one for each content of the list. */
export function jarsFolderOf(list: string): string {
  const hash = createHash("sha256").update(readFileSync(list)).digest("hex").slice(0, 12);
  return join(localFolder, "kafka", hash);
}

/** The folder of Kafka's jars. */
export const kafkaJars = jarsFolderOf(kafkaJarsList);

/** The Pulumi project's name, under which a backend keeps its stacks. */
export const projectName = /^name: *(\S+)/m.exec(readFileSync(join(root, "Pulumi.yaml"), "utf8"))?.[1] ?? "";

/** Returns the path of a stack's config. */
export function stackConfigPath(stack: string): string {
  return join(root, `Pulumi.${stack}.yaml`);
}
