import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import type { Cluster } from "../dev/cluster/cluster.ts";
import { findFreePorts } from "../machine/free-ports.ts";
import { kafkaJars } from "../machine/paths.ts";
import { TemporaryCertificates } from "./certificates.ts";
import { createCluster } from "./cluster.ts";
import { PlannedBlocks } from "./documentation/planned-blocks.ts";
import { runBlock, typed } from "./documentation/transcript.ts";
import { type Outcome, Workspace } from "./workspace.ts";

// A broker with listeners for each way to connect, and principals that get exactly the rights of docs/security.md. The
// tests run one after the other.

const blocks = new PlannedBlocks(import.meta.url);
const certificates = new TemporaryCertificates();
let cluster: Cluster;
let workspace: Workspace;
let config: Record<string, unknown>;
/** The address of each listener. */
let servers: Record<"client" | "secure" | "mutual" | "away" | "closed", string>;

beforeAll(async () => {
  const [client = 0, controller = 0, ...ports] = await findFreePorts(6);
  const [secure, mutual, away, closed] = ports.map((port) => `127.0.0.1:${port}`);
  servers = { client: `127.0.0.1:${client}`, secure, mutual, away, closed } as typeof servers;
  certificates.issueCa("ca");
  certificates.issueCa("stranger");
  certificates.issueWith("broker", "ca", [-1, 90], "IP:127.0.0.1");
  const [chain, key] = [certificates.read("broker.pem"), certificates.read("broker.key")];
  const tls = ["secure", "mutual"].flatMap((listener) => [
    [`listener.name.${listener}.ssl.keystore.type`, "PEM"],
    [`listener.name.${listener}.ssl.keystore.certificate.chain`, chain],
    [`listener.name.${listener}.ssl.keystore.key`, key],
  ]);
  const listeners = [`CLIENT://${servers.client}`, `SECURE://${secure}`, `MUTUAL://${mutual}`];
  const users = 'user_topics="secret" user_topics-review="reviewing secret" user_smoke="smoke";';
  cluster = createCluster([{ client, controller }], {
    settings: {
      ...Object.fromEntries(tls),
      listeners: [...listeners, `AWAY://${away}`, `CONTROLLER://127.0.0.1:${controller}`].join(),
      "advertised.listeners": [...listeners, `AWAY://${closed}`].join(),
      "listener.security.protocol.map":
        "CLIENT:PLAINTEXT,AWAY:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL,MUTUAL:SSL",
      "listener.name.secure.sasl.enabled.mechanisms": "PLAIN",
      "listener.name.secure.plain.sasl.jaas.config": `org.apache.kafka.common.security.plain.PlainLoginModule required ${users}`,
      "listener.name.mutual.ssl.client.auth": "required",
      "listener.name.mutual.ssl.truststore.type": "PEM",
      "listener.name.mutual.ssl.truststore.certificates": certificates.read("ca.pem"),
      "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      // The broker itself, and Kafka's tools in these tests.
      "super.users": "User:ANONYMOUS",
    },
  });
  await cluster.start();
  config = {
    "kafka:bootstrapServers": [servers.secure],
    "kafka:tlsEnabled": "true",
    "kafka:caCert": certificates.read("ca.pem"),
    "kafka:saslUsername": "topics",
    "kafka:saslPassword": "secret",
    "smoke:saslUsername": "smoke",
    "smoke:saslPassword": "smoke",
    defaultReplicationFactor: 1,
  };
  workspace = new Workspace({ "payments.orders": { partitions: 2 } }, config);
  const script = `#!/bin/sh\nexec java -cp '${kafkaJars}/*' org.apache.kafka.tools.AclCommand "$@"\n`;
  writeFileSync(join(workspace.folder, "kafka-acls.sh"), script, { mode: 0o755 });
  writeFileSync(join(workspace.folder, "admin.properties"), "");
  workspace.environment = { ...typed, PATH: [workspace.folder, process.env.PATH].join(delimiter) };
  await workspace.createStack();
});

afterAll(async () => {
  await cluster?.stop("SIGKILL");
  workspace?.remove();
  cluster?.wipe();
  certificates[Symbol.dispose]();
});

/** A step as `--json` has it. */
type Reported = {
  readonly step: string;
  readonly status: string;
  readonly observed?: unknown;
  readonly findings: readonly { readonly code: string; readonly message: string }[];
};

/** Runs the doctor and returns its steps. */
async function examine(exitCode = 0): Promise<Reported[]> {
  const outcome = await workspace.run("doctor", "--json");
  expect(outcome, outcome.stdout + outcome.stderr).toMatchObject({ exitCode });
  return JSON.parse(outcome.stdout).steps;
}

/** Runs the commands of docs/security.md that grant rights. */
async function grant(name: string): Promise<void> {
  const words = { SERVERS: servers.client };
  await runBlock(workspace, blocks.take("docs/security.md", `Grant the rights ${name}`), { words });
}

const succeeded = (outcome: Outcome) =>
  expect(outcome, outcome.stdout + outcome.stderr).toMatchObject({ exitCode: 0 });

test("Without rights, the connection is checked, and the rights that are known to be missing are warnings", async () => {
  const steps = await examine();
  expect(steps.map(({ step, status }) => [step, status])).toEqual([
    ...["settings", "names", "ports", "tls", "sasl", "cluster", "brokers"].map((step) => [step, "passed"]),
    ["rights", "warning"],
    ["configs", "skipped"],
    ["clock", "skipped"],
    ["smoke", "warning"],
  ]);
  expect(steps).toMatchObject([
    { observed: { securityProtocol: "SASL_SSL", saslMechanism: "PLAIN", principal: "User:topics" } },
    {},
    { observed: [servers.secure] },
    { observed: [{ subject: "CN=broker", issuer: "CN=ca", names: "IP Address:127.0.0.1", daysLeft: 89 }] },
    { observed: ["PLAIN"] },
    { observed: { clusterId: expect.stringMatching(/^[\w-]{22}$/), release: "4.3", brokers: 1 } },
    { observed: [{ broker: 1, address: servers.secure }] },
    { observed: { principal: "User:topics", topics: 0, from: "cluster" } },
    {},
    {},
    { observed: { principal: "User:smoke" } },
  ]);
  expect(steps.flatMap(({ findings }) => findings.map(({ message }) => message))).toEqual([
    expect.stringContaining("User:topics may not ALTER the cluster, so up cannot change"),
    expect.stringContaining("User:smoke may not READ the consumer groups smoke-*, so smoke cannot read"),
    expect.stringContaining("User:smoke may not DELETE the consumer groups smoke-*"),
  ]);
});

// Kafka's tool starts a JVM for each command.
const longer = { timeout: 240_000 };

test("A missing right is named with the command that grants it", longer, async () => {
  await grant("1");
  succeeded(await workspace.up());
  succeeded(await workspace.run("drift"));
  const findSmoke = async () => (await examine(2)).find(({ step }) => step === "smoke");
  const smoke = await findSmoke();
  const topic = { resource: "topic", names: ["payments.orders"] };
  const group = { resource: "group", names: ["smoke-"], isPrefix: true };
  expect(smoke).toMatchObject({
    status: "failed",
    findings: [
      { code: "PERMISSION_MISSING", expected: { operation: "DESCRIBE", ...topic }, commands: ["smoke"] },
      { expected: { operation: "READ", ...group } },
      { expected: { operation: "DELETE", ...group } },
    ],
  });
  const granting = (smoke?.findings ?? []).map(({ message }) => message.split("To grant it: ")[1] ?? "");
  const admin = granting.map((command) => command.replace(servers.secure, servers.client));
  succeeded(await workspace.shell(admin.join("\n")));
  await expect.poll(findSmoke, { timeout: 30_000 }).toMatchObject({
    observed: { topics: 1, from: "stack" },
    findings: ["DESCRIBE_CONFIGS", "WRITE", "READ"].map((operation) => ({
      expected: { operation, ...topic },
    })),
  });
});

test(
  "With the rights that docs/security.md grants, the suite passes and the doctor has nothing to report",
  longer,
  async () => {
    await grant("2");
    succeeded(await workspace.run("smoke"));
    await grant("3");
    const said = await runBlock(
      workspace,
      blocks.take("docs/operations.md", "A command cannot reach the cluster 1"),
    );
    const basis = "(by its rights on 1 topic of the stack)";
    expect(said).toContain(
      `✔ rights     User:topics may run preview, review, up, topics, drift, adopt ${basis}`,
    );
    expect(said).toMatch(/✔ configs .* auto.create.topics.enable false, .* \(broker 1\)/);
    expect(said).toMatch(/✔ clock .* this machine is \d+ ms (ahead of|behind) the controller/);
    expect(said).toContain(`✔ smoke      User:smoke may run smoke ${basis}`);
    expect(said).toContain("Stack test: nothing to report.");
  },
);

test(
  "With the rights that docs/security.md grants for reviews, its principal reviews, and may do nothing else",
  longer,
  async () => {
    await grant("4");
    const { lines } = blocks.take("docs/security.md", "The principal for reviews 1");
    const passwords = { "kafka:saslPassword": "secret", "review:saslPassword": "reviewing secret" };
    workspace.configure({ ...config, ...parse(lines.join("\n")).config, ...passwords });
    const step = (await examine()).find(({ step }) => step === "review");
    const commands = ["preview", "review", "drift"].map((command) => ({ command, verdict: "yes" }));
    expect(step).toMatchObject({
      status: "passed",
      observed: { principal: "User:topics-review", commands, topics: 1, from: "stack" },
    });
    workspace.declare({ "payments.orders": { partitions: 2 }, "payments.new": { partitions: 1 } });
    const review = await workspace.run("review");
    succeeded(review);
    expect(review.stdout).toContain("User:topics-review lacks rights that the update needs");
    workspace.declare({ "payments.orders": { partitions: 2 } });
    workspace.configure(config);
  },
);

const none = undefined;
test.for([
  ["a setting that is not known", "settings", "UNKNOWN_KEY", () => ({ "kafka:saslUser": "topics" })],
  ["a host that does not exist", "names", "HOST_UNKNOWN", () => at("broker-1.invalid:9093")],
  ["a port where nothing listens", "ports", "CONNECTION_REFUSED", () => at(servers.closed)],
  ["another CA", "tls", "TLS_CA_UNTRUSTED", () => ({ "kafka:caCert": certificates.read("stranger.pem") })],
  [
    "plaintext to a TLS port",
    "tls",
    "TLS_REQUIRED",
    () => ({ "kafka:tlsEnabled": "false", "kafka:caCert": none }),
  ],
  ["TLS to a plaintext port", "tls", "TLS_NOT_SPOKEN", () => at(servers.client)],
  ["no client certificate", "tls", "TLS_CLIENT_REFUSED", () => ({ ...at(servers.mutual), ...noUser })],
  ["no user", "sasl", "SASL_REQUIRED", () => noUser],
  [
    "a mechanism that is not offered",
    "sasl",
    "SASL_MECHANISM_UNSUPPORTED",
    () => ({ "kafka:saslMechanism": "scram-sha512" }),
  ],
  ["a wrong password", "sasl", "SASL_REFUSED", () => ({ "kafka:saslPassword": "wrong" })],
  ["a wrong password of the suite", "smoke", "SASL_REFUSED", () => ({ "smoke:saslPassword": "wrong" })],
  [
    "an advertised address where nothing listens",
    "brokers",
    "BROKER_UNREACHABLE",
    () => ({ ...at(servers.away), ...plaintext }),
  ],
] as const)("The doctor stops at %s: %s, %s", async ([, step, code, change]) => {
  workspace.configure({ ...config, ...change() });
  const last = (await examine(2)).at(-1);
  workspace.configure(config);
  expect(last).toMatchObject({ step, status: "failed", findings: [{ code, message: expect.any(String) }] });
});

const at = (server: string) => ({ "kafka:bootstrapServers": [server] });
const noUser = { "kafka:saslUsername": none, "kafka:saslPassword": none };
const plaintext = { ...noUser, "kafka:tlsEnabled": "false", "kafka:caCert": none };

test("A preview that would change something names the broker, what it advertises and what was tried", async () => {
  const topics = { "payments.orders": { partitions: 2 } };
  workspace.configure({ ...config, ...at(servers.away), ...plaintext });
  succeeded(await workspace.run("preview"));
  workspace.declare({ ...topics, "payments.refunds": { partitions: 1 } });
  const { exitCode, stdout } = await workspace.run("preview");
  expect(exitCode).not.toBe(0);
  expect(stdout).toContain("1 of 1 broker cannot be reached at the address in advertised.listeners");
  expect(stdout).toContain(`broker 1 advertises ${servers.closed}: refused, nothing listens there`);
  workspace.declare(topics);
  workspace.configure(config);
});

test("A stack that does not exist cannot be examined", async () => {
  expect(await workspace.run("doctor", "--stack", "missing")).toMatchObject({ exitCode: 1, stdout: "" });
});
