import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findFreePorts } from "../free-ports.ts";
import { kafkaJars } from "../paths.ts";
import { toolEnvironment } from "../tool-environment.mjs";
import { requireJava } from "./kafka.ts";
import type { Part } from "./parts.ts";
import { runTool } from "./run-tool.ts";

const archiveIn = (jars: string) => join(jars, "kafka.jsa");
const archive = archiveIn(kafkaJars);

/** How long the broker whose classes are archived may take. */
const timeoutMs = 120_000;

/**
 * Java flags that map Kafka's parsed classes into memory from an archive (JEP 350): a broker's start takes 2.9 s of CPU
 * time instead of 4.6 s. If the flag named a missing file, Java would not even use its own archive.
 */
export function classArchiveFlags(jars = kafkaJars): string[] {
  const file = archiveIn(jars);
  if (!statSync(file, { throwIfNoEntry: false })?.size) return [];
  // Java prints warnings on standard output, for example when the folder of the jars was moved.
  return [`-XX:SharedArchiveFile=${file}`, "-Xlog:disable", "-Xlog:all=warning:stderr"];
}

/** The archive of the classes that a broker loads, written by a broker that stops as soon as it has started. */
export const classArchive: Part = {
  title: "Kafka's class archive",
  folder: join(kafkaJars, "classes"),
  ready: async () => existsSync(archive),
  make: async () => {
    await requireJava();
    const folder = mkdtempSync(join(kafkaJars, "classes-"));
    try {
      const unfinished = join(folder, "kafka.jsa");
      await runBroker(folder, [`-XX:ArchiveClassesAtExit=${unfinished}`]);
      // Kafka also runs without it: if Java writes no archive, an empty file prevents further attempts.
      if (!existsSync(unfinished)) writeFileSync(unfinished, "");
      renameSync(unfinished, archive);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Starts a single broker with its own data, and stops it. */
async function runBroker(folder: string, flags: readonly string[]): Promise<void> {
  const [client, controller] = await findFreePorts(2);
  const settings = join(folder, "server.properties");
  const lines = [
    "process.roles=broker,controller",
    "node.id=1",
    `controller.quorum.voters=1@127.0.0.1:${controller}`,
    `listeners=PLAINTEXT://127.0.0.1:${client},CONTROLLER://127.0.0.1:${controller}`,
    "controller.listener.names=CONTROLLER",
    // Relative to the working directory, whose path may contain any character.
    "log.dirs=data",
  ];
  writeFileSync(settings, lines.join("\n"));
  const java = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", join(kafkaJars, "*")];
  const env = { ...toolEnvironment(), LC_ALL: "C.UTF-8" };
  const format = ["kafka.tools.StorageTool", "format", "-t", "classes_classes_classA", "-c", settings];
  await runTool("java", [...java, ...format], { cwd: folder, env });
  const broker = spawn("java", [...java, ...flags, "-Dlog4j2.level=INFO", "kafka.Kafka", settings], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "ignore"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  const ended = once(broker, "exit");
  createInterface(broker.stdout).on("line", (line) => {
    if (line.includes("Kafka Server started")) broker.kill("SIGTERM");
  });
  await ended;
}
