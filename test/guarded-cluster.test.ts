import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../dev/cluster/cluster.ts";
import type { Catalogue } from "../infra/topic.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { findFreePorts } from "../machine/free-ports.ts";
import { kafkaJars, root } from "../machine/paths.ts";
import { runTool } from "../machine/toolchain/run-tool.ts";
import { TemporaryCertificates } from "./certificates.ts";
import { createCluster } from "./cluster.ts";
import { addAcls, removeAcls } from "./cluster-requests.ts";
import { PlannedBlocks } from "./documentation/planned-blocks.ts";
import { runBlock, typed } from "./documentation/transcript.ts";
import { writeStackFile } from "./encrypted-config.ts";
import { createNamedTopics } from "./topic-requests.ts";
import { Workspace } from "./workspace.ts";

// A cluster guarded as platform teams do it: with a policy, and principals that have only the granted permissions.
// The tests run one after the other, on what the first deploys.

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
);
const blocks = new PlannedBlocks(import.meta.url);
const certificates = new TemporaryCertificates();
let guardedServer: string;
let mutualServer: string;
let sixServer: string;
let classes: string;
let cluster: Cluster;
let config: Record<string, unknown>;
let workspace: Workspace;

beforeAll(async () => {
  classes = mkdtempSync(join(tmpdir(), "house-rules-"));
  const jars = globSync(join(kafkaJars, "*.jar")).join(delimiter);
  // Uses the compiler of the Java that runs Kafka, even if javac is not on the PATH.
  const compiler = ["-m", "jdk.compiler/com.sun.tools.javac.Main", "-cp", jars, "-d", classes];
  await runTool("java", [...compiler, join(root, "test", "fixtures", "HouseRules.java")]);

  const [client = 0, controller = 0, guarded = 0, six = 0, mutual = 0] = await findFreePorts(5);
  guardedServer = `127.0.0.1:${guarded}`;
  mutualServer = `127.0.0.1:${mutual}`;
  certificates.issueCa("ca");
  certificates.issue("broker", "ca");
  certificates.issue("deployer", "ca", "/O=Shop/CN=deployer");
  certificates.issue("guest", "ca", "/O=Shop/CN=guest");
  sixServer = `[::1]:${six}`;
  const clients = [
    `CLIENT://127.0.0.1:${client}`,
    `GUARDED://${guardedServer}`,
    `MUTUAL://${mutualServer}`,
    ...(hasIpv6 ? [`SIX://${sixServer}`] : []),
  ];
  const jaas =
    'org.apache.kafka.common.security.plain.PlainLoginModule required user_topics="secret" user_topics-2="new secret";';
  cluster = createCluster([{ client, controller }], {
    classes: [classes],
    settings: {
      "create.topic.policy.class.name": "HouseRules$Create",
      "alter.config.policy.class.name": "HouseRules$Alter",
      listeners: [...clients, `CONTROLLER://127.0.0.1:${controller}`].join(),
      "advertised.listeners": clients.join(),
      "listener.security.protocol.map":
        "CLIENT:PLAINTEXT,SIX:PLAINTEXT,CONTROLLER:PLAINTEXT,GUARDED:SASL_PLAINTEXT,MUTUAL:SSL",
      "listener.name.guarded.sasl.enabled.mechanisms": "PLAIN",
      "listener.name.guarded.plain.sasl.jaas.config": jaas,
      "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      // The broker itself and the tests' tools, and a principal without limits.
      "super.users": "User:ANONYMOUS;User:topics-2;User:CN=deployer,O=Shop",
      "listener.name.mutual.ssl.client.auth": "required",
      "listener.name.mutual.ssl.keystore.type": "PEM",
      "listener.name.mutual.ssl.keystore.certificate.chain": certificates.read("broker.pem"),
      "listener.name.mutual.ssl.keystore.key": certificates.read("broker.key"),
      "listener.name.mutual.ssl.truststore.type": "PEM",
      "listener.name.mutual.ssl.truststore.certificates": certificates.read("ca.pem"),
    },
  });
  await cluster.start();
  config = {
    "kafka:bootstrapServers": [guardedServer],
    "kafka:saslUsername": "topics",
    "kafka:saslPassword": "secret",
    defaultReplicationFactor: 1,
  };
  workspace = new Workspace({}, config);
  await workspace.createStack();
});

afterAll(async () => {
  await cluster?.stop("SIGKILL");
  workspace?.remove();
  cluster?.wipe();
  rmSync(classes, { recursive: true });
  certificates[Symbol.dispose]();
});

/** Deploys these topics, which must fail before anything is changed, and returns the output. */
async function refuse(topics: Catalogue): Promise<string> {
  workspace.declare(topics);
  const { exitCode, stdout } = await workspace.up();
  expect(exitCode).not.toBe(0);
  return stdout;
}

/** Deploys the topics of a stack, runs the smoke suite and compares them with the cluster, which must all succeed. */
async function deployAndCheck(team: Workspace, glob: string): Promise<void> {
  for (const outcome of [await team.up(), await team.run("smoke"), await team.run("drift", "--topic", glob)])
    expect(outcome, outcome.stdout + outcome.stderr).toMatchObject({ exitCode: 0 });
}

// About 25 commands of the engine.
test("Each missing permission is reported with the topic, before the update", {
  timeout: 240_000,
}, async () => {
  const servers = cluster.bootstrapServers;
  const topics = { "house.orders": { partitions: 1 } };
  const place = "infra/topics/team.ts: house.orders:";
  const command = (operation: string, on = "--topic house.orders") =>
    `To grant it: kafka-acls.sh --bootstrap-server ${guardedServer} --command-config admin.properties --add ` +
    `--allow-principal User:topics --operation ${operation} ${on}`;
  expect(await refuse(topics)).toContain(
    `${place} User:topics may not DESCRIBE the topic. Grant it DESCRIBE on topic house.orders. ${command("Describe")}`,
  );
  await addAcls(servers, "User:topics", "house.", "DESCRIBE");
  expect(await refuse(topics)).toContain(
    `${place} User:topics may not CREATE the topic. Grant it CREATE on topic house.orders. ${command("Create")}`,
  );

  await addAcls(servers, "User:topics", "house.", "CREATE", "DESCRIBE_CONFIGS");
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const said = await refuse({ "house.orders": { partitions: 2, config: { "retention.ms": 3_600_000 } } });
  expect(said).toContain(`Grant it ALTER_CONFIGS on topic house.orders. ${command("AlterConfigs")}`);
  expect(said).toContain(`Grant it ALTER on topic house.orders. ${command("Alter")}`);
  expect(await refuse({ "house.orders": { partitions: 1, replicationFactor: 2 } })).toContain(
    `${place} User:topics may not ALTER the cluster, which is required to change the replication factor. Grant it ALTER on the cluster. ${command("Alter", "--cluster")}`,
  );
  await addAcls(servers, "User:topics", "house.", "ALTER_CONFIGS", "ALTER");
  workspace.declare({ "house.orders": { partitions: 2 } });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  expect(await refuse(topics)).toContain(
    `${place} User:topics may not DELETE the topic, which is required to replace it. Grant it DELETE on topic house.orders. ${command("Delete")}`,
  );
  expect(await refuse({ "house.other": { partitions: 1 } })).toContain(
    "state of stack test: house.orders: User:topics may not DELETE the topic.",
  );

  // ALTER, like DELETE, READ and WRITE, implies DESCRIBE.
  await removeAcls(servers, "User:topics", "house.", "DESCRIBE", "ALTER");
  expect(await refuse(topics)).toContain("may not DESCRIBE the topic");
  const recreated = await workspace.up("--recreate");
  expect(recreated.exitCode).not.toBe(0);
  expect(recreated.stderr).toContain(
    `User:topics may not DESCRIBE these topics, which may still exist: house.orders. Grant it DESCRIBE. ${command("Describe")}`,
  );
  const drift = await workspace.run("drift");
  expect(drift).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining(`Grant it DESCRIBE on topic house.orders. ${command("Describe")}`),
  });
});

test("Adopt leaves out a topic whose configs may not be read; one whose records may not be read gets no smoke records", async () => {
  const connection = { bootstrapServers: cluster.bootstrapServers, timeoutMs: 30_000 };
  const [closed, open, unread] = ["shop.closed", "shop.open", "shop.unread"] as const;
  await createNamedTopics(
    [closed, open, unread].map((name) => ({ name })),
    connection,
  );
  const producer = createKafka(connection).producer();
  await producer.connect();
  for (const topic of [open, unread]) await producer.send({ topic, messages: [{ value: "{}" }] });
  await producer.disconnect();
  await addAcls(connection.bootstrapServers, "User:topics", "shop.", "DESCRIBE");
  for (const topic of [open, unread])
    await addAcls(connection.bootstrapServers, "User:topics", topic, "DESCRIBE_CONFIGS");
  await addAcls(connection.bootstrapServers, "User:topics", open, "READ");

  const adopted = await workspace.run("adopt", "--topic", "shop*", "--out", "infra/topics/shop.ts");
  rmSync(join(workspace.folder, "infra", "topics", "shop.ts"));
  expect(adopted).toMatchObject({ exitCode: 1 });
  expect(adopted.stderr).toContain(
    `${closed}: User:topics may not read its configs. Grant it DESCRIBE_CONFIGS on topic ${closed}. To grant it: kafka-acls.sh `,
  );
  expect(adopted.stdout).toContain(`2 topics written to infra/topics/shop.ts.
npm run smoke writes a JSON record to each partition of 1 topic:
  ${open}
It makes a dry run of 1 topic, which writes nothing; comments in the file give the reasons.`);
});

test("When the brokers' policy refuses a creation or a config, its message is shown", async () => {
  await addAcls(cluster.bootstrapServers, "User:topics", "", "ALL");
  const said = await refuse({
    "house.orders": { partitions: 2, config: { "retention.ms": 1000 } },
    "wild.topic": { partitions: 1 },
  });
  expect(said).toContain(
    "wild.topic: given '1 partition, 1 replica', refused: Topics begin with their team's name",
  );
  expect(said).toContain("house.orders: given '2 partitions, 1 replica, retention.ms=1000'");
  expect(said).toContain("refused: Retention is a minute at least");
});

test("A credential is rotated as docs/recipes.md says, with the password from standard input", async () => {
  await addAcls(cluster.bootstrapServers, "User:topics", "", "ALL");
  const prod = new Workspace({ "rotated.orders": { partitions: 1 } }, config, "prod");
  try {
    const passphrase = "correct horse";
    prod.environment = { ...typed, PULUMI_CONFIG_PASSPHRASE: passphrase };
    const settings = { "kafka:tlsEnabled": "false", protect: false, ...config };
    writeFileSync(join(prod.folder, "Pulumi.prod.yaml"), writeStackFile(settings, passphrase));
    expect(await prod.up()).toMatchObject({ exitCode: 0 });
    const rotate = (at: number, input = "") =>
      runBlock(prod, blocks.take("docs/recipes.md", `Rotate a credential ${at}`), { input });
    await expect(rotate(1, "wrong secret\n")).rejects.toThrow("refused the user or the password");
    await rotate(1, "new secret\n");
    await rotate(2);
    const file = readFileSync(join(prod.folder, "Pulumi.prod.yaml"), "utf8");
    expect(file).toMatch(/kafka:saslUsername"?: "?topics-2/);
    expect(file).not.toContain('secret"');
  } finally {
    prod.remove();
  }
});

test.skipIf(!hasIpv6)(
  "The commands work with an IPv6 address, also where the brokers advertise one",
  async () => {
    const settings = { "kafka:bootstrapServers": [sixServer], defaultReplicationFactor: 1 };
    const six = new Workspace({ "six.orders": { partitions: 2 } }, settings);
    try {
      await deployAndCheck(six, "six.*");
    } finally {
      six.remove();
    }
  },
);

test("The commands identify themselves with a client certificate, whose subject is the principal", async () => {
  const settings = {
    "kafka:bootstrapServers": [mutualServer],
    "kafka:tlsEnabled": "true",
    "kafka:caCert": certificates.read("ca.pem"),
    defaultReplicationFactor: 1,
  };
  const identify = (name: string) => ({
    ...settings,
    "kafka:clientCert": certificates.certificate(name),
    "kafka:clientKey": certificates.key(name),
  });
  const team = new Workspace({ "mutual.orders": { partitions: 2 } }, identify("guest"));
  try {
    await team.createStack();
    expect((await team.run("preview")).stdout).toContain("User:CN=guest,O=Shop may not DESCRIBE the topic.");
    team.configure(settings);
    expect((await team.run("preview")).stdout).toContain("client certificate");

    team.configure(identify("deployer"));
    await deployAndCheck(team, "mutual.*");
  } finally {
    team.remove();
  }
});
