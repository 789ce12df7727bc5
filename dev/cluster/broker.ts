import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { kafkaJars } from "../../machine/paths.ts";
import { commandLineOf, sendSignal } from "../../machine/processes.ts";
import { classArchiveFlags } from "../../machine/toolchain/class-archive.ts";
import { runTool } from "../../machine/toolchain/run-tool.ts";

const pollMs = 100;
/** A broker hands over its partitions before it ends; one that does not in this time is killed. */
const stopTimeoutMs = 30_000;

/** Small machines run three of these beside the engine, so start-up counts for more than throughput. */
const quickStart: readonly string[] = ["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

/** Java reads its own arguments in the locale's encoding, and a folder may have any name. */
const env = { ...process.env, LC_ALL: "C.UTF-8" };

/** One Kafka node of a local cluster: a process, known by the file that holds its id. */
export class Broker {
  readonly id: number;
  readonly logFile: string;
  readonly #folder: string;
  readonly #properties: string;
  readonly #pidFile: string;
  readonly #data: string;
  readonly #classPath: readonly string[];
  readonly #jvmFlags: readonly string[];

  /**
   * @param folder the node's own folder: settings, data, log, process id
   * @param classes folders of Java classes beside Kafka's own, policies say
   * @param jvmFlags in place of those for a quick start
   */
  constructor(
    id: number,
    folder: string,
    {
      classes = [],
      jvmFlags = quickStart,
    }: { classes?: readonly string[]; jvmFlags?: readonly string[] } = {},
  ) {
    this.#jvmFlags = jvmFlags;
    this.#classPath = ["-cp", [join(kafkaJars, "*"), ...classes].join(delimiter)];
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

  /** The process id while the broker runs. A process that only has the same id by chance is not it. */
  get pid(): number | undefined {
    if (!existsSync(this.#pidFile)) return undefined;
    const pid = Number(readFileSync(this.#pidFile, "utf8"));
    return commandLineOf(pid).includes(this.#properties) ? pid : undefined;
  }

  /** Starts the process in a session of its own, so that it outlives the command that starts it. */
  async start(clusterId: string, properties: string): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#properties, properties);
    if (!existsSync(join(this.#data, "meta.properties"))) {
      rmSync(this.#data, { recursive: true, force: true });
      const format = ["format", "-t", clusterId, "-c", this.#properties];
      await runTool(
        "java",
        [...quickStart, ...classArchiveFlags(), ...this.#classPath, "kafka.tools.StorageTool", ...format],
        {
          env,
        },
      );
    }
    const log = openSync(this.logFile, "w");
    const logging = "-Dlog4j2.level=INFO";
    const child = spawn(
      "java",
      [
        ...this.#jvmFlags,
        ...classArchiveFlags(),
        logging,
        ...this.#classPath,
        "kafka.Kafka",
        this.#properties,
      ],
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

  /** Ends the process, if it is there, and waits until it is gone. */
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

  /** What the broker said last, for the person who has to find out why it ended. */
  lastLines(count = 15): string {
    return readFileSync(this.logFile, "utf8").trimEnd().split("\n").slice(-count).join("\n");
  }
}
