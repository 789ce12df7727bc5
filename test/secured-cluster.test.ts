import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { deleteAclsV3 } from "@platformatic/kafka";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../dev/cluster/cluster.ts";
import { aclOf, grantRights, type Prefixes, setPasswords } from "../dev/cluster/principals.ts";
import { issueCertificates, secureOptions } from "../dev/cluster/secured.ts";
import { askBroker } from "../kafka/broker.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { findFreePorts } from "../machine/free-ports.ts";
import { pulumiHome } from "../machine/paths.ts";
import { type Right, rights } from "../ops/rights.ts";
import { TemporaryCertificates } from "./certificates.ts";
import { createCluster } from "./cluster.ts";
import { PlannedBlocks } from "./documentation/planned-blocks.ts";
import { runBlock, typed } from "./documentation/transcript.ts";
import { writeStackFile } from "./encrypted-config.ts";
import { createNamedTopics } from "./topic-requests.ts";
import { codesIn, Workspace } from "./workspace.ts";

// A cluster as `npm start -- --secure` sets it up, with further listeners. Nothing is allowed without an ACL.

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === "::1"),
);
const blocks = new PlannedBlocks(import.meta.url);
const certificates = new TemporaryCertificates();
let cluster: Cluster;
let servers: { readonly mutual: string; readonly sasl: string; readonly six: string };

const principals = ["User:deployer", "User:CN=deployer,O=Shop"];

beforeAll(async () => {
  issueCertificates(certificates);
  certificates.issue("deployer", "intermediate", "/O=Shop/CN=deployer");
  const [client = 0, controller = 0, sasl = 0, six = 0] = await findFreePorts(4);
  servers = { mutual: `127.0.0.1:${client}`, sasl: `127.0.0.1:${sasl}`, six: `[::1]:${six}` };
  const listeners = [
    `CLIENT://${servers.mutual}`,
    `SASL://${servers.sasl}`,
    ...(hasIpv6 ? [`SIX://${servers.six}`] : []),
  ];
  const plainModule =
    'org.apache.kafka.common.security.plain.PlainLoginModule required user_deployer="secret";';
  cluster = createCluster([{ client, controller }], {
    tieredStorage: true,
    ...secureOptions(certificates, {
      listeners: [...listeners, `CONTROLLER://127.0.0.1:${controller}`].join(),
      "advertised.listeners": listeners.join(),
      "listener.security.protocol.map": "CLIENT:SSL,CONTROLLER:SSL,SASL:SASL_SSL,SIX:SASL_SSL",
      "listener.name.sasl.sasl.enabled.mechanisms": "SCRAM-SHA-256,SCRAM-SHA-512,PLAIN",
      "listener.name.sasl.plain.sasl.jaas.config": plainModule,
      "listener.name.six.sasl.enabled.mechanisms": "PLAIN",
      "listener.name.six.plain.sasl.jaas.config": plainModule,
    }),
  });
  await cluster.start();
  await setPasswords(cluster.connection, { deployer: "secret", smoke: "smoke secret" });
  await createNamedTopics([{ name: "shop.existing" }], cluster.connection);
  for (const principal of principals)
    await grantRights(cluster.connection, principal, rights, { topic: "shop.", group: "smoke-" });
});

afterAll(async () => {
  await cluster?.stop("SIGKILL");
  cluster?.wipe();
  certificates[Symbol.dispose]();
});

/** The settings of a stack for one way to connect. */
function waysToConnect(): Record<string, Record<string, unknown>> {
  const ca = { "kafka:tlsEnabled": "true", "kafka:caCert": certificates.certificate("root") };
  const user = { "kafka:saslUsername": "deployer", "kafka:saslPassword": "secret" };
  const sasl = (mechanism: string) => ({
    ...ca,
    ...user,
    "kafka:bootstrapServers": [servers.sasl],
    "kafka:saslMechanism": mechanism,
  });
  return {
    "SCRAM-SHA-512": sasl("scram-sha512"),
    "SCRAM-SHA-256, with the intermediate CA alone": {
      ...sasl("scram-sha256"),
      "kafka:caCert": certificates.read("intermediate.pem"),
    },
    PLAIN: sasl("plain"),
    "a client certificate": {
      ...ca,
      "kafka:bootstrapServers": [servers.mutual],
      "kafka:clientCert": certificates.read("deployer.pem", "intermediate.pem"),
      "kafka:clientKey": certificates.key("deployer"),
    },
    ...(hasIpv6 && { IPv6: { ...sasl("plain"), "kafka:bootstrapServers": [servers.six] } }),
  };
}

test("Every command works over every way to connect", async () => {
  for (const [at, [way, settings]] of Object.entries(waysToConnect()).entries()) {
    const [name, more] = [`shop.way-${at}`, `shop.way-${at}-more`];
    const team = new Workspace({ [name]: { partitions: 2 } }, { ...settings, defaultReplicationFactor: 1 });
    try {
      const outcomes = [
        await team.up(),
        await team.run("smoke"),
        await team.run("drift", "--topic", `${name}*`),
        await team.run("topics", "--topic", name),
        await team.run("adopt", "--topic", "shop.existing", "--out", "infra/topics/existing.ts"),
        await team.run("doctor"),
      ];
      for (const { exitCode, stdout, stderr } of outcomes)
        expect(exitCode, `${way}: ${stdout}${stderr}`).toBe(0);
      rmSync(join(team.folder, "infra", "topics", "existing.ts"));
      team.declare({ [name]: { partitions: 3 }, [more]: { partitions: 1 } });
      outcomes.push(await team.run("preview"), await team.run("review"));
      for (const { exitCode, stdout, stderr } of outcomes)
        expect(exitCode, `${way}: ${stdout}${stderr}`).toBe(0);
    } finally {
      team.remove();
    }
  }
}, 600_000);

test("The brokers accept topics with tiered storage, whose own clients authenticate with a certificate", async () => {
  const team = new Workspace(
    { "shop.tiered": { partitions: 1, config: { "remote.storage.enable": true } } },
    { ...waysToConnect()["SCRAM-SHA-512"], defaultReplicationFactor: 1 },
  );
  try {
    expect(await team.up()).toMatchObject({ exitCode: 0 });
    expect(await team.run("smoke")).toMatchObject({ exitCode: 0 });
  } finally {
    team.remove();
  }
  const readNames = async () => (await readLiveCluster(cluster.connection)).topics.map(({ name }) => name);
  await expect.poll(readNames, { timeout: 30_000 }).toContain("__remote_log_metadata");
});

test("Two commands of the README lead from brokers, a user and a password to a green smoke run", async () => {
  await setPasswords(cluster.connection, { topics: "topics secret" });
  await grantRights(cluster.connection, "User:topics", rights, { topic: "payments.", group: "smoke-" });
  const team = new Workspace({ "payments.orders": { partitions: 2, replicationFactor: 1 } });
  const backend = pathToFileURL(join(team.folder, "state", "new")).href;
  team.environment = {
    ...typed,
    PULUMI_STACK: undefined,
    PULUMI_BACKEND_URL: undefined,
    PULUMI_CREDENTIALS_PATH: join(team.folder, "nobody"),
    PULUMI_CONFIG_PASSPHRASE: "a passphrase",
  };
  writeFileSync(join(team.folder, "password.txt"), "topics secret\n");
  writeFileSync(join(team.folder, "ca.pem"), certificates.read("root.pem"));
  const example = { "file:///srv/our-state": backend, "broker-1.example.com:9093": servers.sasl };
  const shownAs = Object.fromEntries(Object.entries(example).map(([shown, real]) => [real, shown]));
  try {
    await runBlock(team, blocks.take("README.md", "From brokers to a green smoke run 1"), {
      words: example,
      shownAs,
    });
  } finally {
    team.remove();
  }
}, 300_000);

/** The operations that also allow an operation. */
const implying: Readonly<Record<string, readonly string[]>> = {
  DESCRIBE: ["READ", "WRITE", "DELETE", "ALTER"],
  DESCRIBE_CONFIGS: ["ALTER_CONFIGS"],
};

test("Each missing right is reported with the operation, the resource, the principal and the command that grants it", async () => {
  const prefixes = { topic: "shop.", group: "smoke-" };
  await setPasswords(cluster.connection, { reviewer: "review secret" });
  for (const user of ["User:smoke", "User:reviewer"])
    await grantRights(cluster.connection, user, rights, prefixes);
  const settings = {
    "smoke:saslUsername": "smoke",
    "smoke:saslPassword": "smoke secret",
    "review:saslUsername": "reviewer",
    "review:saslPassword": "review secret",
    reviewAs: "review",
  };
  const team = new Workspace(
    { "shop.rights": { partitions: 1 } },
    { ...waysToConnect()["SCRAM-SHA-512"], ...settings, defaultReplicationFactor: 1 },
  );
  const users = { deploying: "User:deployer", reviewing: "User:reviewer", smoke: "User:smoke" };
  try {
    expect(await team.up()).toMatchObject({ exitCode: 0 });
    for (const { principal, operation, resource, purpose } of rights.filter(
      ({ need }) => need !== "optional",
    )) {
      const user = users[principal];
      const removed = rights.filter(
        (right) =>
          right.resource === resource &&
          [operation, ...(implying[operation] ?? [])].includes(right.operation),
      );
      await removeRights(user, removed, prefixes);
      const { stdout } = await team.run("doctor");
      const granting = operation.split("_").map((word) => word[0] + word.slice(1).toLowerCase());
      const found = stdout
        .split("\n")
        .find((line) => line.includes(purpose) && line.includes(`not ${operation} `));
      expect(found, `${user}: ${operation} on ${resource}: ${stdout}`).toContain(
        `--allow-principal ${user} --operation ${granting.join("")} --${resource}`,
      );
      await grantRights(cluster.connection, user, removed, prefixes);
    }
    const onCluster = rights.filter(({ resource }) => resource === "cluster");
    await removeRights(users.deploying, onCluster, prefixes);
    expect(await team.run("topics", "--moving")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /^User:deployer may not DESCRIBE the cluster, .* --operation Describe --cluster$/m,
      ),
    });
    await grantRights(cluster.connection, users.deploying, onCluster, prefixes);
  } finally {
    team.remove();
  }
}, 600_000);

async function removeRights(user: string, removed: readonly Right[], prefixes: Prefixes): Promise<void> {
  const acls = removed.map((right) => aclOf(user, right, prefixes));
  await askBroker(cluster.connection, (broker) => deleteAclsV3.api.async(broker, acls));
}

test("The smoke suite uses the only group that smoke:group names, and leaves a group alone that something else uses", async () => {
  await setPasswords(cluster.connection, { auditor: "audit secret" });
  const principal = "User:auditor";
  const ofSmoke = rights.filter((right) => right.principal === "smoke");
  const onGroup = ofSmoke.filter(({ resource }) => resource === "group");
  const onTopics = ofSmoke.filter(({ resource }) => resource === "topic");
  await grantRights(cluster.connection, principal, ofSmoke, { topic: "shop.", group: "audit" });
  const team = new Workspace(
    { "shop.audited": { partitions: 1 }, "shop.empty": { partitions: 2, smoke: "dry-run" } },
    {
      ...waysToConnect()["SCRAM-SHA-512"],
      "smoke:saslUsername": "auditor",
      "smoke:saslPassword": "audit secret",
      "smoke:group": "audit",
      defaultReplicationFactor: 1,
    },
  );
  try {
    expect(await team.up()).toMatchObject({ exitCode: 0 });
    expect(await team.run("smoke")).toMatchObject({ exitCode: 0 });

    const admin = createKafka(cluster.connection).admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    expect(groups.map(({ groupId }) => groupId)).not.toContain("audit");
    const partitions = [{ partition: 0, offset: "1" }];
    await admin.setOffsets({ groupId: "audit", topic: "shop.audited", partitions });
    const refused = await team.run("smoke");
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stderr).toContain(
      "Pulumi.test.yaml: smoke:group: given 'audit', refused: the group has committed offsets",
    );
    expect(await admin.fetchOffsets({ groupId: "audit", topics: ["shop.audited"] })).toMatchObject([
      { partitions: [{ offset: "1" }] },
    ]);
    await admin.disconnect();

    await removeRights(principal, onGroup, { group: "audit" });
    const forbidden = await team.run("smoke");
    expect(forbidden).toMatchObject({ exitCode: 1 });
    expect(forbidden.stderr).toContain("User:auditor may not use the consumer group");
    expect(forbidden.stderr).toContain("Grant it READ and DELETE on group audit");

    // A dry run uses no group, and needs both rights on the topics.
    expect(await team.run("smoke", "--dry-run")).toMatchObject({ exitCode: 0 });
    for (const [operation, code] of [
      ["WRITE", "RECORDS_REFUSED"],
      ["READ", "RECORDS_NOT_CONSUMED"],
    ] as const) {
      const removed = onTopics.filter((right) => right.operation === operation);
      await removeRights(principal, removed, { topic: "shop." });
      const { exitCode, stdout } = await team.run("smoke", "--dry-run", "--json");
      expect(exitCode).toBe(2);
      expect(codesIn(JSON.parse(stdout))).toEqual([`shop.audited ${code}`, `shop.empty ${code}`]);
      expect(stdout).toContain(`Grant it ${operation} on the topic.`);
      await grantRights(cluster.connection, principal, removed, { topic: "shop.", group: "audit" });
    }
  } finally {
    team.remove();
  }
}, 300_000);

/** Every secret, each with a text that occurs nowhere else. */
const markers = {
  password: "mark3r-0f-a-s3cret-t3xt",
  smokePassword: "mark3r-0f-a-sm0ke-passw0rd",
  keyPassphrase: "mark3r-0f-a-k3y-passphras3",
  clientSecret: 'mark3r of "a" cl1ent/s3cret',
  awsSecretKey: "mark3r/0f/an+aws-s3cret-k3y",
  awsToken: "mark3r-0f-an-aws-t0ken==",
  passphrase: "mark3r 0f a passphras3",
  passwordVariable: "mark3r-0f-a-variabl3-0ne",
  tokenVariable: "mark3r-0f-a-variabl3-tw0",
};

test("No secret is in the output, a log, the state, a report, a file, an error or a command line", async () => {
  await setPasswords(cluster.connection, { marked: markers.password, prober: markers.smokePassword });
  for (const user of ["User:marked", "User:prober"])
    await grantRights(cluster.connection, user, rights, { topic: "shop.", group: "smoke-" });
  const encrypt = ["-aes256", "-traditional", "-passout", `pass:${markers.keyPassphrase}`];
  certificates.openssl("rsa", ...encrypt, "-in", "deployer.key", "-out", "encrypted.key");
  const privateKey = certificates.read("encrypted.key");
  // A server that repeats what it was sent, escaped.
  await using tokenServer = await startEchoingServer();
  // In the common home, the engines of other tests delete old logs.
  const home = mkdtempSync(join(tmpdir(), "kafka-topics-pulumi-home-"));
  for (const part of ["versions", "plugins"]) symlinkSync(join(pulumiHome, part), join(home, part));

  const team = new Workspace({ "shop.marked": { partitions: 1 } });
  const connection = {
    "kafka:bootstrapServers": [servers.sasl],
    "kafka:caCert": certificates.certificate("root"),
    "kafka-topics:defaultReplicationFactor": "1",
    "kafka-topics:protect": "false",
  };
  const configure = (config: Record<string, unknown>) =>
    writeFileSync(
      join(team.folder, "Pulumi.test.yaml"),
      writeStackFile({ ...connection, ...config }, markers.passphrase),
    );
  const user = { "kafka:saslMechanism": "scram-sha512", "kafka:saslUsername": "marked" };
  configure({
    ...user,
    "smoke:saslUsername": "prober",
    "smoke:saslPassword": markers.smokePassword,
    "kafka:clientCert": certificates.read("deployer.pem"),
    "kafka:clientKey": privateKey,
    "kafka:clientKeyPassphrase": markers.keyPassphrase,
  });
  team.environment = {
    PULUMI_HOME: home,
    PULUMI_CONFIG_PASSPHRASE: markers.passphrase,
    KAFKA_SASL_PASSWORD: markers.passwordVariable,
    AWS_SESSION_TOKEN: markers.tokenVariable,
    // With these, the engine and the provider log their requests.
    PULUMI_DEBUG_GRPC: join(team.folder, "requests.json"),
    PULUMI_OPTION_VERBOSE: "9",
    TF_LOG: "TRACE",
  };
  const commandLines = watchCommandLines();
  try {
    await team.createStack();
    const outcomes = [
      await team.shell("npm run --silent secret -- --stack test kafka:saslPassword", markers.password),
      await team.up("-v=9", "--logtostderr"),
      await team.run("preview", "-v=9"),
      await team.run("review", "--json", "review.json", "--markdown", "review.md"),
      await team.run("smoke", "--json", "smoke.json"),
      await team.run("drift", "--json", "drift.json"),
      await team.run("doctor", "--json", "doctor.json"),
    ];
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0, 7, 0]);
    await setPasswords(cluster.connection, { marked: "another password" });
    for (const script of ["preview", "smoke", "drift", "topics", "adopt", "doctor"] as const)
      outcomes.push(await team.run(script));

    configure({
      "kafka:saslMechanism": "oauthbearer",
      "kafka:saslUsername": "marked",
      "kafka:saslPassword": markers.clientSecret,
      "kafka:saslTokenUrl": tokenServer.url,
    });
    const echoed = [
      await team.run("review", "--json", "oauth.json", "--markdown", "oauth.md"),
      await team.run("preview", "-v=9"),
      await team.run("drift"),
    ];
    for (const { stdout, stderr } of echoed) expect(stdout + stderr).toContain("[secret]");
    for (const file of ["oauth.json", "oauth.md"])
      expect(readFileSync(join(team.folder, file), "utf8")).toContain("[secret]");
    configure({
      "kafka:saslMechanism": "aws-iam",
      "kafka:saslAwsRegion": "eu-west-1",
      "kafka:saslAwsAccessKey": "AKIAIOSFODNN7EXAMPLE",
      "kafka:saslAwsSecretKey": markers.awsSecretKey,
      "kafka:saslAwsToken": markers.awsToken,
    });
    outcomes.push(
      ...echoed,
      await team.run("preview", "-v=9"),
      await team.run("doctor", "--json", "aws.json"),
    );

    const said = outcomes.map(({ stdout, stderr }) => stdout + stderr);
    expect(said.join("")).toContain("saslUsername");
    const files = globSync("**/*", { cwd: team.folder, withFileTypes: true, exclude: ["node_modules"] });
    const contents = files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), "latin1"));
    expect(contents.length).toBeGreaterThan(10);
    expect(existsSync(team.environment.PULUMI_DEBUG_GRPC ?? "")).toBe(false);
    const logs = globSync(join(home, "logs", "*.log")).map(readLog);
    expect(logs.length).toBeGreaterThan(10);
    // Without the last line, which is the same for all keys.
    const lines = privateKey.split("\n\n")[1]?.trim().split("\n").slice(0, -1) ?? [];
    expect(lines.length).toBeGreaterThan(10);
    for (const marker of [...Object.values(markers), ...lines])
      for (const form of formsOf(marker))
        for (const written of [...said, ...contents, ...logs, ...commandLines.stop()])
          if (written.includes(form)) expect.fail(`${marker}: ${written.slice(0, 200)}`);
  } finally {
    commandLines.stop();
    team.remove();
    rmSync(home, { recursive: true });
  }
}, 600_000);

/** A secret as it is, and as it is written in JSON, in a URL and in base64. */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, json, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
}

/** Reads a log of the engine, which is encrypted or compressed. */
function readLog(file: string): string {
  const log = readFileSync(file);
  try {
    return gunzipSync(log).toString("latin1");
  } catch {
    return log.toString("latin1");
  }
}

/** Starts a token endpoint that refuses every client, and repeats its escaped secret in the message. */
async function startEchoingServer() {
  const server = createServer(async (request, response) => {
    const secret = new URLSearchParams(await text(request)).get("client_secret") ?? "";
    const description = `${encodeURIComponent(secret)} is not the secret`;
    response.writeHead(401, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ error: "invalid_client", error_description: description }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    url: `http://127.0.0.1:${address.port}/token`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

/** Collects the command lines of all processes until it is stopped. */
function watchCommandLines(): { stop: () => readonly string[] } {
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const file of globSync("/proc/[0-9]*/cmdline")) {
      // A process may have ended.
      try {
        seen.add(readFileSync(file, "utf8"));
      } catch {}
    }
  }, 50);
  return {
    stop: () => {
      clearInterval(timer);
      return [...seen];
    },
  };
}
