import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deleteAclsV3 } from "@platformatic/kafka";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../dev/cluster/cluster.ts";
import { aclOf, grantRights, type Prefixes, setPasswords } from "../dev/cluster/principals.ts";
import { issueCertificates, secureOptions } from "../dev/cluster/secured.ts";
import { askBroker } from "../kafka/broker.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { findFreePorts } from "../machine/free-ports.ts";
import { type Right, rights } from "../ops/rights.ts";
import { TemporaryCertificates } from "./certificates.ts";
import { createCluster } from "./cluster.ts";
import { PlannedBlocks } from "./documentation/planned-blocks.ts";
import { runBlock, typed } from "./documentation/transcript.ts";
import { createNamedTopics } from "./topic-requests.ts";
import { Workspace } from "./workspace.ts";

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
  cluster = createCluster(
    [{ client, controller }],
    secureOptions(certificates, {
      listeners: [...listeners, `CONTROLLER://127.0.0.1:${controller}`].join(),
      "advertised.listeners": listeners.join(),
      "listener.security.protocol.map": "CLIENT:SSL,CONTROLLER:SSL,SASL:SASL_SSL,SIX:SASL_SSL",
      "listener.name.sasl.sasl.enabled.mechanisms": "SCRAM-SHA-256,SCRAM-SHA-512,PLAIN",
      "listener.name.sasl.plain.sasl.jaas.config": plainModule,
      "listener.name.six.sasl.enabled.mechanisms": "PLAIN",
      "listener.name.six.plain.sasl.jaas.config": plainModule,
    }),
  );
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
  await grantRights(cluster.connection, principal, ofSmoke, { topic: "shop.", group: "audit" });
  const team = new Workspace(
    { "shop.audited": { partitions: 1 } },
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
  } finally {
    team.remove();
  }
}, 300_000);

test("No secret is in the output, the log, the state, a report, a file or a command line", async () => {
  const marker = "mark3r-0f-a-s3cret-t3xt";
  await setPasswords(cluster.connection, { marked: marker });
  await grantRights(cluster.connection, "User:marked", rights, { topic: "shop.", group: "smoke-" });
  const team = new Workspace(
    { "shop.marked": { partitions: 1 } },
    {
      ...waysToConnect()["SCRAM-SHA-512"],
      "kafka:saslUsername": "marked",
      "kafka:saslPassword": undefined,
      defaultReplicationFactor: 1,
    },
  );
  const commandLines = watchCommandLines();
  try {
    await team.createStack();
    const set = (key: string) => team.shell(`npm run --silent pulumi -- config set --secret ${key}`, marker);
    const outcomes = [
      await set("kafka:saslPassword"),
      await set("smoke:saslPassword"),
      await team.up("-v=9", "--logtostderr"),
      await team.run("preview", "-v=9"),
      await team.run("review", "--json", "review.json", "--markdown", "review.md"),
      await team.run("smoke", "--json", "smoke.json"),
      await team.run("drift", "--json", "drift.json"),
      await team.run("doctor", "--json", "doctor.json"),
    ];
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0, 0, 7, 0]);
    await setPasswords(cluster.connection, { marked: "another password" });
    for (const script of ["preview", "smoke", "drift", "topics", "adopt", "doctor"] as const)
      outcomes.push(await team.run(script));
    const said = outcomes.map(({ stdout, stderr }) => stdout + stderr);
    expect(said.join("")).toContain("saslUsername");
    const files = globSync("**/*", { cwd: team.folder, withFileTypes: true, exclude: ["node_modules"] });
    const contents = files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), "latin1"));
    expect(contents.length).toBeGreaterThan(10);
    for (const form of [marker, Buffer.from(marker).toString("base64"), encodeURIComponent(marker)])
      for (const text of [...said, ...contents, ...commandLines.stop()])
        expect(text.includes(form)).toBe(false);
  } finally {
    commandLines.stop();
    team.remove();
  }
}, 600_000);

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
