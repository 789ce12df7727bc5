import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createTopics } from "../../kafka/create-topics.ts";
import { readConfiguredTopics, readLiveCluster } from "../../kafka/live-cluster.ts";
import { specOf, type TopicSpec } from "../../kafka/topic.ts";
import { isSameShape } from "../../kafka/topic-difference.ts";
import { renderCatalogue } from "../../ops/adopt/catalogue-source.ts";
import type { Results } from "../../smoke/result.ts";
import { ThisProgram } from "../bench/columns/this-program.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { changeTopics, existing, makeTopics } from "./topics.ts";

const pollMs = 200;
const timeoutMs = 60_000;

/** A cluster of one version of Kafka, and two copies of this program: one that declares topics, and one that adopts them. */
export class Trial {
  readonly #cluster: Cluster;
  readonly #program: ThisProgram;
  readonly #adopter: ThisProgram;
  #topics: readonly TopicSpec[] = [];

  private constructor(cluster: Cluster, program: ThisProgram, adopter: ThisProgram) {
    this.#cluster = cluster;
    this.#program = program;
    this.#adopter = adopter;
  }

  /**
   * Makes the copies. The cluster does not have to run yet.
   * @param folder for the copies
   */
  static async create(cluster: Cluster, folder: string): Promise<Trial> {
    const servers = cluster.bootstrapServers;
    const program = await ThisProgram.create(join(folder, "program"), servers);
    return new Trial(cluster, program, await ThisProgram.create(join(folder, "adopter"), servers));
  }

  /** Starts the cluster, creates a topic without Pulumi, and declares it with others. */
  async start(): Promise<void> {
    const { connection } = this.#cluster;
    await this.#cluster.start();
    await createTopics(connection, [existing]);
    const live = await poll("the topic on every broker", async () => {
      const { configured } = await readConfiguredTopics(connection, [existing.name]);
      return configured.get(existing.name);
    });
    this.#declare(makeTopics(live.configs));
  }

  async preview(): Promise<void> {
    await this.#program.run("preview");
    await this.#program.run("review");
  }

  async update(): Promise<void> {
    await this.#program.run("up", ["--yes"]);
    await this.#program.run("preview", ["--expect-no-changes"]);
    await this.#requireDeployed();
  }

  async smoke(): Promise<void> {
    await this.#program.run("smoke");
    await this.#program.run("smoke", ["--dry-run"]);
  }

  async drift(): Promise<void> {
    await this.#program.run("drift", ["--internal"]);
  }

  /** Adopts all topics into an empty catalogue; the update that imports them changes none. */
  async adopt(): Promise<void> {
    await this.#adopter.run("adopt", ["--internal"]);
    await this.#adopter.run("up", ["--yes"]);
    await this.#adopter.run("preview", ["--expect-no-changes"]);
    await this.#adopter.run("drift", ["--internal"]);
    await this.#requireDeployed();
  }

  async change(): Promise<void> {
    this.#declare(changeTopics(this.#topics));
    await this.preview();
    await this.update();
    await this.smoke();
  }

  /** Kills a broker, which the smoke suite must report, and starts it again. */
  async survive(): Promise<void> {
    const { brokers, connection } = this.#cluster;
    await brokers[1]?.stop("SIGKILL");
    await poll("the cluster to notice that a broker is dead", async () => {
      const left = (await readLiveCluster(connection)).brokers.length;
      return left < brokers.length || undefined;
    });
    // With the other two, each topic has as many replicas in sync as it needs: a warning.
    const { stdout } = await this.#program.run("smoke", ["--json"]);
    const { topics }: Results = JSON.parse(stdout);
    const unseen = topics.filter(({ checks }) => !checks.some(({ code }) => code === "REPLICAS_OUT_OF_SYNC"));
    if (unseen.length > 0)
      throw new Error(`The smoke suite did not report the dead broker of ${unseen[0]?.topic}.`);
    await this.#cluster.start();
    await poll("all replicas to be in sync", async () => {
      const { topics } = await readLiveCluster(connection);
      const partitions = topics.flatMap((topic) => topic.partitions);
      return partitions.every((one) => one.inSyncReplicas.length === one.replicas.length) || undefined;
    });
    await this.smoke();
  }

  #declare(topics: readonly TopicSpec[]): void {
    this.#topics = topics;
    this.#program.writeCatalogue(renderCatalogue(topics));
  }

  /** @throws Error unless the cluster has the topics as declared */
  async #requireDeployed(): Promise<void> {
    const names = this.#topics.map(({ name }) => name);
    const { configured } = await readConfiguredTopics(this.#cluster.connection, names);
    for (const topic of this.#topics) {
      const live = configured.get(topic.name);
      if (!live || !isSameShape(specOf(live), topic))
        throw new Error(`The cluster does not have ${topic.name} as declared.`);
    }
  }
}

/** Asks until there is an answer. @throws Error that says what was awaited */
async function poll<Answer>(awaited: string, ask: () => Promise<Answer | undefined>): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await wait(pollMs);
  }
  throw new Error(`Waited ${timeoutMs / 1000} s for ${awaited}.`);
}
