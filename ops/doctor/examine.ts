import type { CatalogueFinding } from "../../infra/findings.ts";
import { isBrokerError } from "../../kafka/broker.ts";
import { readClusterIdentity } from "../../kafka/cluster-identity.ts";
import type { Connection } from "../../kafka/connection.ts";
import { resolveHost, tryAddress } from "../../kafka/reachability.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import { checkBrokers } from "./check-brokers.ts";
import { checkClock, checkConfigs } from "./check-cluster.ts";
import { checkOther } from "./check-other.ts";
import { checkSasl } from "./check-sasl.ts";
import { addFindings, checkServers, findFailures } from "./check-servers.ts";
import { checkSettings, type Settings } from "./check-settings.ts";
import { checkOwnTls, checkTls } from "./check-tls.ts";
import type { Step, StepName, StepOf } from "./findings.ts";
import { judgeRights } from "./judge-rights.ts";
import { readRights } from "./read-rights.ts";

/** What the engine knows about a stack. */
export type ExaminedStack = {
  readonly name: string;
  /** All keys of its config, with their values as text. */
  readonly config: Readonly<Record<string, string>>;
  /** What is wrong with its file: secrets that are not encrypted, or why it cannot be read. */
  readonly fileProblems?: readonly CatalogueFinding[];
  /** The topics that it deployed, by name; absent if it is not deployed or its state cannot be read. */
  readonly deployed?: ReadonlyMap<string, TopicSpec> | undefined;
};

/** Examines the connection of a stack to its cluster, one step after the other. Ends after the first step that fails. */
export async function* examine(stack: ExaminedStack): AsyncGenerator<Step> {
  const { name, config, fileProblems, deployed } = stack;
  const { step: first, settings } = checkSettings(name, config, fileProblems);
  yield first;
  if (!settings) return;
  for await (const step of takeSteps(settings, deployed)) {
    const { review = settings, smoke } = settings;
    const { connection } = step.step === "smoke" ? smoke : step.step === "review" ? review : settings;
    const { settingNames } = connection;
    yield settingNames ? { ...step, settingNames } : step;
    if (step.status === "failed") return;
  }
}

async function* takeSteps(settings: Settings, deployed: ExaminedStack["deployed"]): AsyncGenerator<Step> {
  const { connection, stack } = settings;
  const names = await checkServers(connection.bootstrapServers, async (server) => ({
    fact: await resolveHost(server),
    findings: [],
  }));
  yield { step: "names", observed: Object.fromEntries(names.passed), ...names.outcome };
  const ports = await checkServers(names.passed.keys(), async (server) => {
    await tryAddress(server);
    return { fact: true, findings: [] };
  });
  yield { step: "ports", observed: [...ports.passed.keys()], ...ports.outcome };
  const tls = await checkServers(ports.passed.keys(), (server) => checkTls(connection, server));
  const certificates = [...tls.passed.values()].flatMap(({ certificate }) => certificate ?? []);
  const warnings = checkOwnTls(connection);
  yield { step: "tls", observed: certificates, ...addFindings(warnings, tls.outcome) };
  const sasl = await checkServers(tls.passed.keys(), (server) =>
    checkSasl(connection, server, tls.passed.get(server)?.offered ?? []),
  );
  const offered = [...sasl.passed.keys()].flatMap((server) => tls.passed.get(server)?.offered ?? []);
  yield { step: "sasl", observed: [...new Set(offered)], ...sasl.outcome };

  const answering = { ...connection, bootstrapServers: [...sasl.passed.keys()] };
  const identity = await attempt("cluster", answering, () => readClusterIdentity(answering));
  if ("step" in identity) return yield identity;
  const { addresses, ...facts } = identity;
  yield { step: "cluster", status: "passed", observed: { ...facts, brokers: addresses.size }, findings: [] };
  const brokers = [...addresses].map(([broker, address]) => ({ broker, address }));
  yield { step: "brokers", observed: brokers, ...(await checkBrokers(answering, addresses)) };
  yield await attempt("rights", answering, async () => ({
    step: "rights" as const,
    ...judgeRights("deploying", await readRights(answering, deployed)),
  }));
  yield await attempt("configs", answering, () => checkConfigs(answering, stack, identity));
  yield await attempt("clock", answering, () => checkClock(answering, identity));
  const others = { deploying: connection, answering };
  const { review, smoke } = settings;
  if (review)
    yield await attempt("review", answering, async () => ({
      step: "review" as const,
      ...(await checkOther("reviewing", review, others, deployed)),
    }));
  yield await attempt("smoke", answering, async () => ({
    step: "smoke" as const,
    ...(await checkOther("smoke", smoke, others, deployed)),
  }));
}

/** Runs a step. An error of the brokers makes it fail: they may go down during the examination. */
async function attempt<Name extends StepName, Result>(
  step: Name,
  { bootstrapServers }: Connection,
  run: () => Promise<Result>,
): Promise<Result | StepOf<Name>> {
  try {
    return await run();
  } catch (error) {
    if (!isBrokerError(error)) throw error;
    return { step, status: "failed", findings: findFailures(bootstrapServers.join(), error) };
  }
}
