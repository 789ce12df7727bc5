import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { kafkaJars } from "../../machine/paths.ts";
import { commandLineOf, sendSignal } from "../../machine/processes.ts";
import { toolEnvironment } from "../../machine/tool-environment.mjs";
import { classArchiveFlags } from "../../machine/toolchain/class-archive.ts";
import { runTool } from "../../machine/toolchain/run-tool.ts";

const pollMs = 100;
/** A broker hands over its partitions before it stops; if that takes longer than this, it is killed. */
const stopTimeoutMs = 30_000;

/** Small machines run three brokers and the engine, so start-up matters more than throughput. */
const quickStart: readonly string[] = ["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

/** One Kafka node of a local cluster: a process, found by the file that contains its id. */
export class Broker {
  readonly id: number;
  readonly logFile: string;
  readonly #folder: string;
  readonly #properties: string;
  readonly #pidFile: string;
  readonly #data: string;
  /** Java flags: where Kafka's classes are. */
  readonly #classes: readonly string[];
  readonly #jvmFlags: readonly string[];

  /**
   * @param folder the node's own folder: settings, data, log, process id
   * @param classes folders of Java classes in addition to Kafka's own, for example policies
   * @param jvmFlags Java flags that replace those for a quick start
   * @param jars the folder of Kafka's jars
   */
  constructor(
    id: number,
    folder: string,
    {
      classes = [],
      jvmFlags = quickStart,
      jars = kafkaJars,
    }: { classes?: readonly string[]; jvmFlags?: readonly string[]; jars?: string } = {},
  ) {
    this.#jvmFlags = jvmFlags;
    this.#classes = [...classArchiveFlags(jars), "-cp", [join(jars, "*"), ...classes].join(delimiter)];
    this.id = id;
    this.logFile = join(folder, "broker.log");
    this.#properties = join(folder, "server.properties");
    this.#pidFile = join(folder, "pid");
    this.#data = join(folder, "data");
    this.#folder = folder;
  }

  get dataFolder(): string {
    return this.#data;
  }

  /** The process id while the broker runs; undefined if the id now belongs to another process. */
  get pid(): number | undefined {
    if (!existsSync(this.#pidFile)) return undefined;
    const pid = Number(readFileSync(this.#pidFile, "utf8"));
    return commandLineOf(pid).includes(this.#properties) ? pid : undefined;
  }

  /** Starts the process in its own session, so that it outlives the command that starts it. */
  async start(clusterId: string, properties: string): Promise<void> {
    // Brokers need no secrets, and outlive the command. Java reads its arguments in the locale's encoding, and a folder may
    // have any name.
    const env = { ...toolEnvironment(), LC_ALL: "C.UTF-8" };
    mkdirSync(this.#folder, { recursive: true });
    // They contain the private key of a secured cluster.
    writeFileSync(this.#properties, properties, { mode: 0o600 });
    if (!existsSync(join(this.#data, "meta.properties"))) {
      rmSync(this.#data, { recursive: true, force: true });
      const format = ["format", "-t", clusterId, "-c", this.#properties];
      await runTool("java", [...quickStart, ...this.#classes, "kafka.tools.StorageTool", ...format], { env });
    }
    const log = openSync(this.logFile, "w");
    const logging = "-Dlog4j2.level=INFO";
    const child = spawn(
      "java",
      [...this.#jvmFlags, logging, ...this.#classes, "kafka.Kafka", this.#properties],
      {
        detached: true,
        env,
        stdio: ["ignore", log, log],
      },
    );
    closeSync(log);
    await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
    writeFileSync(this.#pidFile, String(child.pid));
  }

  /** Stops the process, if it runs, and waits until it is gone. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const { pid } = this;
    if (pid !== undefined) {
      sendSignal(pid, signal);
      const deadline = Date.now() + stopTimeoutMs;
      while (this.pid !== undefined) {
        if (Date.now() > deadline) sendSignal(pid, "SIGKILL");
        await wait(pollMs);
      }
    }
    rmSync(this.#pidFile, { force: true });
  }

  /** The last lines of the broker's log, to find out why it ended. */
  lastLines(count = 15): string {
    return readFileSync(this.logFile, "utf8").trimEnd().split("\n").slice(-count).join("\n");
  }
}
