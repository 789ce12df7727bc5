import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../dev/cluster/cluster.ts";
import { grantRights, setPasswords } from "../dev/cluster/principals.ts";
import { issueCertificates, secureOptions } from "../dev/cluster/secured.ts";
import { findFreePorts } from "../machine/free-ports.ts";
import { rights } from "../ops/rights.ts";
import { TemporaryCertificates } from "./certificates.ts";
import { createCluster } from "./cluster.ts";
import { type Outcome, Workspace } from "./workspace.ts";

// A repository with a stack on a cluster that allows nothing without an ACL, and pull requests that change the stack's file.

const [deployPassword, reviewPassword] = ["the-deploying-passw0rd", "the-reviewing-passw0rd"];
const topics = {
  "shop.orders": { partitions: 2, config: { "retention.ms": 86_400_000 } },
  "shop.refunds": { partitions: 2 },
};
/** With an author, whom the user's own settings may not name. */
const git = "git -c user.name=a -c user.email=a@example.org";
const certificates = new TemporaryCertificates();
let cluster: Cluster;
let team: Workspace;
let settings: Record<string, unknown>;

/** An address that is not the cluster's. It closes each connection, and counts them. */
const stranger = createServer((socket) => {
  connections++;
  socket.destroy();
});
let connections = 0;
let strangersAddress: string;

beforeAll(async () => {
  issueCertificates(certificates);
  const [client = 0, controller = 0, sasl = 0] = await findFreePorts(3);
  const listeners = [`CLIENT://127.0.0.1:${client}`, `SASL://127.0.0.1:${sasl}`];
  cluster = createCluster(
    [{ client, controller }],
    secureOptions(certificates, {
      listeners: [...listeners, `CONTROLLER://127.0.0.1:${controller}`].join(),
      "advertised.listeners": listeners.join(),
    }),
  );
  await cluster.start();
  await setPasswords(cluster.connection, { deployer: deployPassword, reviewer: reviewPassword });
  const prefixes = { topic: "shop." };
  const ofDeployment = rights.filter(({ principal }) => principal === "deploying");
  await grantRights(cluster.connection, "User:deployer", ofDeployment, prefixes);
  const ofReview = rights.filter(({ principal, need }) => principal === "reviewing" && need === "always");
  await grantRights(cluster.connection, "User:reviewer", ofReview, prefixes);

  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const { port } = stranger.address() as AddressInfo;
  strangersAddress = `127.0.0.1:${port}`;

  settings = {
    "kafka:bootstrapServers": [`127.0.0.1:${sasl}`],
    "kafka:tlsEnabled": "true",
    "kafka:caCert": certificates.read("root.pem"),
    "kafka:saslMechanism": "scram-sha512",
    "kafka:saslUsername": "deployer",
    "kafka:saslPassword": deployPassword,
    defaultReplicationFactor: 1,
  };
  team = new Workspace(topics, settings);
  expect(await team.up()).toMatchObject({ exitCode: 0 });
  expect(
    await team.shell(`git init --quiet && git add --all && ${git} commit --quiet -m base`),
  ).toMatchObject({ exitCode: 0 });
});

afterAll(async () => {
  stranger.close();
  await cluster?.stop("SIGKILL");
  team?.remove();
  cluster?.wipe();
  certificates[Symbol.dispose]();
});

/** A finding in the JSON of a review. */
type Found = {
  readonly code: string;
  readonly expected?: unknown;
  readonly observed?: unknown;
  readonly message: string;
};
type Reviewed = Outcome & {
  readonly verdict: string;
  readonly changes: readonly { readonly topic: string; readonly code: string }[];
  readonly settings: readonly { readonly key: string; readonly code: string }[];
  readonly errors: readonly Found[];
  readonly warnings: readonly Found[];
};

async function review(...args: string[]): Promise<Reviewed> {
  const file = join(team.folder, "review.json");
  rmSync(file, { force: true });
  const outcome = await team.run("review", "--json", file, ...args);
  for (const secret of [deployPassword, reviewPassword])
    expect(outcome.stdout + outcome.stderr + readFileSync(file, "utf8")).not.toContain(secret);
  expect(globSync(join(tmpdir(), "kafka-topics-review-*"))).toEqual([]);
  return { ...outcome, ...JSON.parse(readFileSync(file, "utf8")) };
}

/** The stack's file as the working tree has it. */
function readStackFile(): { config: Record<string, unknown>; encryptionsalt: string } {
  return JSON.parse(readFileSync(join(team.folder, "Pulumi.test.yaml"), "utf8"));
}

test("A pull request that points the stack at a foreign address, with PLAIN and without TLS, sends nothing there", async () => {
  team.declare({ ...topics, "shop.new": { partitions: 1 } });
  team.configure({
    ...settings,
    "kafka:bootstrapServers": [strangersAddress],
    "kafka:tlsEnabled": "false",
    "kafka:caCert": undefined,
    "kafka:saslMechanism": "plain",
  });
  const found = await review("--base", "HEAD");
  expect(connections).toBe(0);
  expect(found, found.stderr).toMatchObject({
    exitCode: 2,
    changes: [{ topic: "shop.new", code: "TOPIC_CREATED" }],
    errors: [],
  });
  expect(found.settings.map(({ key, code }) => `${key} ${code}`).sort()).toEqual([
    "kafka:bootstrapServers ENDPOINT_ADDED",
    "kafka:caCert CONNECTION_CHANGED",
    "kafka:saslMechanism AUTHENTICATION_WEAKENED",
    "kafka:tlsEnabled TLS_DISABLED",
  ]);
});

/** A name that Kafka refuses, so that the preview fails. */
const invalid = { "shop.new/orders": { partitions: 1 } };

test("A pull request cannot choose how the stack's secrets are decrypted, nor as whom a review connects", async () => {
  const { config, encryptionsalt } = readStackFile();
  writeFileSync(
    join(team.folder, "Pulumi.test.yaml"),
    JSON.stringify({
      secretsprovider: `awskms:///alias/topics?region=eu-west-1&endpoint=http://${strangersAddress}`,
      encryptedkey: Buffer.from("a key that this server decrypts").toString("base64"),
      config: {
        ...config,
        "kafka-topics:reviewAs": "stranger",
        "stranger:bootstrapServers": [strangersAddress],
        "stranger:saslMechanism": "plain",
      },
    }),
  );
  // With them, the engine would sign its requests to the server of the pull request.
  team.environment = { AWS_ACCESS_KEY_ID: "an-access-key", AWS_SECRET_ACCESS_KEY: "its-secret-key" };
  team.declare({ ...topics, "shop.new": { partitions: 1 } });
  const found = await review("--base", "HEAD");
  team.declare(invalid);
  const failed = await review("--base", "HEAD");
  team.environment = {};
  expect(connections).toBe(0);
  expect(found.changes).toMatchObject([{ topic: "shop.new", code: "TOPIC_CREATED" }]);
  expect(found).toMatchObject({ exitCode: 2, verdict: "weakened" });
  expect(found.settings).toContainEqual(
    expect.objectContaining({ key: "secretsprovider", code: "ENCRYPTION_CHANGED" }),
  );
  expect(failed.errors).toMatchObject([{ code: "TOPIC_NAME_INVALID" }]);
  expect(encryptionsalt).toMatch(/^v1:/);
});

test("A pull request that copies an encrypted password to a key that messages show is refused without the password", async () => {
  team.configure(settings);
  const { config, ...encryption } = readStackFile();
  const copied = { ...config, "kafka-topics:namePattern": config["kafka:saslPassword"] };
  writeFileSync(join(team.folder, "Pulumi.test.yaml"), JSON.stringify({ ...encryption, config: copied }));
  const found = await review("--base", "HEAD");
  expect(found).toMatchObject({ exitCode: 1, verdict: "failed", errors: [{ code: "INVALID_VALUE" }] });
  expect(found.errors[0]?.message).toContain("kafka-topics:namePattern: given '(not shown)'");
});

test("A stack that only the pull request has is a finding, and nothing is connected", async () => {
  team.configure({ ...settings, "kafka:bootstrapServers": [strangersAddress] });
  const root = (await team.shell(`${git} commit-tree $(git mktree < /dev/null) -m empty`)).stdout.trim();
  const found = await review("--base", root);
  expect(connections).toBe(0);
  expect(found).toMatchObject({ exitCode: 1, verdict: "failed", errors: [{ code: "STACK_NOT_IN_BASE" }] });
});

test("A password that a pull request no longer encrypts is refused and not shown, although the base's connects", async () => {
  team.configure(settings);
  const { config, ...encryption } = readStackFile();
  const plain = { ...config, "kafka:saslPassword": reviewPassword };
  writeFileSync(join(team.folder, "Pulumi.test.yaml"), JSON.stringify({ ...encryption, config: plain }));
  expect(await review("--base", "HEAD")).toMatchObject({
    exitCode: 1,
    errors: [{ code: "SECRET_NOT_ENCRYPTED" }],
    settings: [{ key: "kafka:saslPassword", code: "CONNECTION_CHANGED" }],
  });
});

test("A pull request that removes the stack's file is a finding in the review", async () => {
  rmSync(join(team.folder, "Pulumi.test.yaml"));
  expect(await review("--base", "HEAD")).toMatchObject({
    exitCode: 1,
    verdict: "failed",
    errors: [{ code: "STACK_FILE_REMOVED", message: expect.stringContaining("Restore it.") }],
    settings: [{ key: "Pulumi.test.yaml", code: "STACK_REMOVED" }],
  });
});

/** The same stack with a principal for reviews, whose password is in the stack's file or in a variable. */
const reviewing = { reviewAs: "review", "review:saslUsername": "reviewer" };

/** A change of every kind, each with the right that validating or making it takes. */
const changed = {
  "shop.new": { partitions: 1 },
  "shop.orders": { partitions: 3, config: { "retention.ms": 172_800_000 } },
};
const lacked = [
  { operation: "CREATE", resource: "topic", topics: ["shop.new"] },
  { operation: "ALTER_CONFIGS", resource: "topic", topics: ["shop.orders"] },
  { operation: "ALTER", resource: "topic", topics: ["shop.orders"] },
  { operation: "DELETE", resource: "topic", topics: ["shop.refunds"] },
];

test("A principal that only reads reviews every change, and a finding says what was not checked", async () => {
  team.configure({ ...settings, ...reviewing, "review:saslPassword": reviewPassword });
  team.declare(topics);
  const unchanged = await review();
  expect(unchanged, unchanged.stderr).toMatchObject({
    exitCode: 0,
    // The principal for reviews is new.
    verdict: "caution",
    settings: [
      { key: "kafka-topics:reviewAs", code: "CONNECTION_CHANGED" },
      { key: "review:saslUsername", code: "CONNECTION_CHANGED" },
    ],
    changes: [],
    warnings: [],
  });

  team.declare(changed);
  const found = await review("--allow-data-loss", "shop.refunds");
  expect(found, found.stderr).toMatchObject({ exitCode: 0, verdict: "data loss", errors: [] });
  expect(found.changes.map(({ topic, code }) => `${topic} ${code}`).sort()).toEqual([
    "shop.new TOPIC_CREATED",
    "shop.orders PARTITIONS_ADDED",
    "shop.orders RETENTION_LENGTHENED",
    "shop.refunds TOPIC_DELETED",
  ]);
  expect(found.warnings).toMatchObject([
    { code: "NOT_VALIDATED", expected: lacked, observed: "User:reviewer" },
  ]);
  const preview = await team.run("preview");
  expect(preview, preview.stderr).toMatchObject({ exitCode: 0 });
  expect(preview.stdout).toContain("User:reviewer lacks rights that the update needs");
  expect(preview.stdout).not.toContain("pulumi:providers:kafka");
});

test("A review with another principal does not decrypt the password of the deployment", async () => {
  team.configure({ ...settings, ...reviewing, "review:saslPassword": reviewPassword });
  const { config, ...encryption } = readStackFile();
  const broken = { ...config, "kafka:saslPassword": { secure: "v1:bm90aGluZw==:bm90aGluZw==" } };
  writeFileSync(join(team.folder, "Pulumi.test.yaml"), JSON.stringify({ ...encryption, config: broken }));
  team.declare({ ...topics, "shop.new": { partitions: 1 } });
  const found = await review();
  expect(found, found.stderr).toMatchObject({ exitCode: 0, changes: [{ code: "TOPIC_CREATED" }] });
  expect(await team.run("drift", "--topic", "shop.*")).toMatchObject({ exitCode: 0 });

  // A password that can be decrypted would be hidden in the output of a failed preview, here in the name of a topic.
  team.configure({ ...settings, ...reviewing, "review:saslPassword": reviewPassword });
  team.declare({ [`${deployPassword}/${reviewPassword}`]: { partitions: 1 } });
  const failed = await team.run("review");
  expect(failed.exitCode).toBe(1);
  expect(failed.stdout).toContain(`${deployPassword}/[secret]`);
});

test("A password that the brokers refuse is a finding with its code, which names the keys and the variables of the review", async () => {
  team.configure({ ...settings, ...reviewing });
  team.declare({ ...topics, "shop.new": { partitions: 1 } });
  team.environment = { REVIEW_KAFKA_SASL_PASSWORD: "not the password" };
  const found = await review();
  const drift = await team.run("drift", "--json");
  team.environment = {};
  const server = Object(settings["kafka:bootstrapServers"])[0];
  for (const { errors } of [found, JSON.parse(drift.stdout)])
    expect(errors).toMatchObject([
      {
        code: "CLUSTER_UNREACHABLE",
        observed: [{ code: "SASL_REFUSED", server }],
        message: expect.stringContaining("Check review:saslUsername and REVIEW_KAFKA_SASL_PASSWORD."),
      },
    ]);
});

test("With read rights alone, an update stops before it changes anything", async () => {
  team.configure({ ...settings, "kafka:saslUsername": "reviewer", "kafka:saslPassword": reviewPassword });
  team.declare({ ...topics, "shop.new": { partitions: 1 } });
  const refused = await team.up();
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout + refused.stderr).toContain("Grant it CREATE on topic shop.new");
});

test("A stack without passwords gets them from the environment: one to deploy, another to review, none in the state", async () => {
  const { "kafka:saslUsername": _, "kafka:saslPassword": __, ...servers } = settings;
  team.configure(servers);
  team.declare({ ...topics, "shop.new": { partitions: 1 } });
  const review_ = { REVIEW_KAFKA_SASL_USERNAME: "reviewer", REVIEW_KAFKA_SASL_PASSWORD: reviewPassword };
  team.environment = { ...review_, KAFKA_SASL_USERNAME: "deployer", KAFKA_SASL_PASSWORD: "not the password" };
  const found = await review();
  expect(found, found.stderr).toMatchObject({ exitCode: 0, changes: [{ code: "TOPIC_CREATED" }] });
  expect(found.warnings).toMatchObject([{ code: "NOT_VALIDATED", observed: "User:reviewer" }]);
  expect(await team.run("drift", "--topic", "shop.*")).toMatchObject({ exitCode: 0 });

  team.environment = { KAFKA_SASL_USERNAME: "deployer", KAFKA_SASL_PASSWORD: deployPassword };
  const deployed = await team.up();
  expect(deployed, deployed.stdout + deployed.stderr).toMatchObject({ exitCode: 0 });
  const state = await team.run("pulumi", "stack", "export", "--show-secrets");
  expect(state.stdout).toContain("shop.new");
  expect(state.stdout).not.toContain(deployPassword);
  team.environment = {};
});
