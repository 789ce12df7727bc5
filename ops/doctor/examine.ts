import { readAuthorizedOperations, readGroupOperations } from "../../kafka/authorized-operations.ts";
import { isBrokerError } from "../../kafka/broker.ts";
import { readClusterIdentity } from "../../kafka/cluster-identity.ts";
import { type Connection, principalOf } from "../../kafka/connection.ts";
import { resolveHost, tryAddress } from "../../kafka/reachability.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import { smokeGroupPrefix } from "../rights.ts";
import { checkBrokers, connectTimeoutMs } from "./check-brokers.ts";
import { checkClock, checkConfigs } from "./check-cluster.ts";
import { checkSasl } from "./check-sasl.ts";
import { checkServers, findFailure, type Passed, statusOf } from "./check-servers.ts";
import { checkSettings } from "./check-settings.ts";
import { checkOwnTls, checkTls } from "./check-tls.ts";
import type { DoctorFinding, Step, StepName, StepOf } from "./findings.ts";
import { judgeRights } from "./judge-rights.ts";

/** What the engine tells about a stack. */
export type ExaminedStack = {
  readonly name: string;
  /** All keys of its config, with their values as text. */
  readonly config: Readonly<Record<string, string>>;
  /** The topics that it deployed, by name; absent if it is not deployed or its state cannot be read. */
  readonly deployed?: ReadonlyMap<string, TopicSpec> | undefined;
};

/** Examines the connection of a stack to its cluster, one step after the other. Ends after the first step that fails. */
export async function* examine(examined: ExaminedStack): AsyncGenerator<Step> {
  for await (const step of takeSteps(examined)) {
    yield step;
    if (step.status === "failed") return;
  }
}

async function* takeSteps({ name, config, deployed }: ExaminedStack): AsyncGenerator<Step> {
  const { step, settings } = checkSettings(name, config);
  yield step;
  if (!settings) return;
  const { connection, stack } = settings;

  const names = await checkServers(connection.bootstrapServers, async (server) => ({
    fact: await resolveHost(server),
    findings: [],
  }));
  yield { step: "names", observed: Object.fromEntries(names.passed), ...names.result };
  const ports = await checkServers(names.passed.keys(), async (server) => {
    await tryAddress(server, connectTimeoutMs);
    return { fact: true, findings: [] };
  });
  yield { step: "ports", observed: [...ports.passed.keys()], ...ports.result };
  const tls = await checkServers(ports.passed.keys(), (server) => checkTls(connection, server));
  const certificates = [...tls.passed.values()].flatMap(({ certificate }) => certificate ?? []);
  yield { step: "tls", observed: certificates, ...addFindings(checkOwnTls(connection), tls.result) };
  const sasl = await checkServers(tls.passed.keys(), (server) =>
    checkSasl(connection, server, tls.passed.get(server)?.offered ?? []),
  );
  const offered = [...sasl.passed.keys()].flatMap((server) => tls.passed.get(server)?.offered ?? []);
  yield { step: "sasl", observed: [...new Set(offered)], ...sasl.result };

  const answering = { ...connection, bootstrapServers: [...sasl.passed.keys()] };
  const identity = await attempt("cluster", answering, () => readClusterIdentity(answering));
  if ("step" in identity) return yield identity;
  const { addresses, ...facts } = identity;
  const observed = { ...facts, brokers: addresses.size };
  yield { step: "cluster", status: "passed", observed, findings: [] };
  yield await checkBrokers(answering, addresses);
  yield await attempt("rights", answering, () => readRights(answering, deployed));
  yield await attempt("configs", answering, () => checkConfigs(answering, stack, identity));
  yield await attempt("clock", answering, () => checkClock(answering, identity));
}

async function readRights(
  connection: Connection,
  deployed: ExaminedStack["deployed"],
): Promise<StepOf<"rights">> {
  const principal = principalOf(connection);
  const [seen, group] = await Promise.all([
    readAuthorizedOperations(connection, deployed && [...deployed.keys()]),
    readGroupOperations(connection, `${smokeGroupPrefix}doctor`),
  ]);
  return judgeRights({
    ...seen,
    principal,
    ...(group && { group }),
    ...(deployed && {
      deployed: new Map(
        [...deployed].map(([topic, { smoke }]) => [topic, { isWritten: smoke === "produce" }] as const),
      ),
    }),
  });
}

/** Converts an error of the brokers to a failed step: they may go down while they are examined. */
async function attempt<Name extends StepName, Result>(
  step: Name,
  { bootstrapServers }: Connection,
  run: () => Promise<Result>,
): Promise<Result | StepOf<Name>> {
  try {
    return await run();
  } catch (error) {
    if (!isBrokerError(error)) throw error;
    return { step, status: "failed", findings: bootstrapServers.map((server) => findFailure(server, error)) };
  }
}

function addFindings(
  more: readonly DoctorFinding[],
  { status, findings }: Passed<unknown>["result"],
): Passed<unknown>["result"] {
  const all = [...more, ...findings];
  return { status: status === "failed" ? status : statusOf(all), findings: all };
}
