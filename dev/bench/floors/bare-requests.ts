// The requests that the smoke suite, drift and adopt cannot avoid, in a separate process: the bare protocol, or the two
// requests that read all topics with their configs. Prints the time without Node's own start-up.
//
// node bare-requests.ts smoke|read SERVERS PREFIX
import { readConfiguredTopics, readLiveCluster } from "../../../kafka/live-cluster.ts";
import { runBareProtocol } from "../bare-protocol.ts";

const [work, servers = "", prefix = ""] = process.argv.slice(2);
const connection = { bootstrapServers: servers.split(","), timeoutMs: 60_000 };

process.stdout.write(`${JSON.stringify({ durationMs: work === "smoke" ? await smoke() : await read() })}\n`);

async function smoke(): Promise<number> {
  const { topics } = await readLiveCluster(connection);
  const names = topics.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  return (await runBareProtocol(connection, names)).totalMs;
}

async function read(): Promise<number> {
  const start = performance.now();
  await readConfiguredTopics(connection);
  return performance.now() - start;
}
