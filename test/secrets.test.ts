import { chmodSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeStackFile } from "./encrypted-config.ts";
import { hasPseudoTerminal, typeAnswers } from "./pseudo-terminal.ts";
import { sharedServers } from "./shared-cluster.ts";
import { Workspace } from "./workspace.ts";

const secret = "opensesame";
const passphrase = "correct horse";
const topics = { "secrets.orders": { partitions: 1, replicationFactor: 1 } };

test("A password that a stack's file does not encrypt stops every command, which names the remedy and not the password", async () => {
  await using workspace = new Workspace(topics);
  await workspace.createStack();
  const config = { "kafka:bootstrapServers": sharedServers(), "audit:saslPassword": secret };
  writeFileSync(join(workspace.folder, "Pulumi.test.yaml"), JSON.stringify({ config }));
  const remedy = "npm run secret -- --stack test audit:saslPassword";
  for (const script of ["review", "preview", "up", "smoke", "drift", "topics", "adopt", "doctor"] as const) {
    const { exitCode, stdout, stderr } = await workspace.run(script, ...(script === "up" ? ["--yes"] : []));
    expect(exitCode, script).not.toBe(0);
    expect(stdout + stderr, script).toContain("Pulumi.test.yaml: audit:saslPassword: given");
    expect(stdout + stderr, script).toContain(remedy);
    expect(stdout + stderr, script).not.toContain(secret);
  }
});

/** A stack `prod` whose secrets are encrypted with a passphrase. */
async function createProd() {
  const prod = new Workspace(topics, {}, "prod");
  prod.environment = { PULUMI_CONFIG_PASSPHRASE: passphrase };
  const config = {
    "kafka:bootstrapServers": sharedServers(),
    "kafka:tlsEnabled": "false",
    "kafka:saslUsername": "ada",
    "kafka:saslPassword": "first password",
    protect: false,
  };
  writeFileSync(join(prod.folder, "Pulumi.prod.yaml"), writeStackFile(config, passphrase));
  await prod.createStack();
  const read = async () => (await prod.run("pulumi", "config", "get", "kafka:saslPassword")).stdout;
  return { prod, file: join(prod.folder, "Pulumi.prod.yaml"), read };
}

test("npm run secret reads a secret from standard input and encrypts it; the engine prints it only if asked", async () => {
  const { prod, file, read } = await createProd();
  await using _ = prod;
  const set = await prod.shell("npm run --silent secret -- --stack prod kafka:saslPassword", `${secret}\n`);
  expect(set, set.stderr).toMatchObject({ exitCode: 0, stderr: "" });
  expect(set.stdout).toContain("kafka:saslPassword was set, encrypted, in Pulumi.prod.yaml.");
  expect(readFileSync(file, "utf8")).not.toContain(secret);
  expect(await read()).toBe(`${secret}\n`);

  const before = readFileSync(file, "utf8");
  for (const [script, line, reason] of [
    ["secret", "kafka:saslPassword", "--stack: given nothing, allowed: the name of a stack"],
    [
      "secret",
      "--stack prod kafka:saslUsername",
      "KEY: given kafka:saslUsername, allowed: kafka:saslPassword,",
    ],
    ["secret", `--stack prod kafka:saslPassword ${secret}`, "KEY: given 2 arguments, allowed: one argument"],
    ["secret", "--stack prod kafka:saslPassword", "given nothing, allowed: a secret on standard input"],
    ["secret", "--stack dev kafka:saslPassword", "kafka:saslPassword: given for stack dev, allowed: another"],
    ["pulumi", `config set --secret kafka:saslPassword ${secret}`, "npm run secret -- --stack prod"],
    ["pulumi", "config set --stack dev --secret kafka:saslPassword", "given for stack dev"],
    ["preview", "--tracing file:trace", "--tracing: given"],
  ] as const) {
    const { exitCode, stdout, stderr } = await prod.run(script, ...line.split(" "));
    expect(exitCode, reason).toBe(1);
    expect(stderr).toContain(reason);
    expect(stdout + stderr).not.toContain(secret);
  }
  prod.environment = { PULUMI_CONFIG_PASSPHRASE: "" };
  expect(await prod.run("secret", "--stack", "prod", "kafka:saslPassword")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(
      "PULUMI_CONFIG_PASSPHRASE: given nothing, allowed: the passphrase of stack prod",
    ),
  });
  expect(readFileSync(file, "utf8")).toBe(before);
});

test.skipIf(!hasPseudoTerminal)(
  "At a terminal, npm run secret asks for the secret and does not show it",
  async () => {
    const { prod, read } = await createProd();
    await using _ = prod;
    const { exitCode, printed } = await typeAnswers(
      prod,
      "npm run --silent secret -- --stack prod kafka:saslPassword",
      [["New value of kafka:saslPassword", `${secret}\r`]],
    );
    expect(exitCode, printed).toBe(0);
    expect(printed).not.toContain(secret);
    expect(await read()).toBe(`${secret}\n`);
  },
);

test("Only the user can read the state, its backups, an exported state and the reports", async () => {
  await using workspace = new Workspace(topics);
  chmodSync(workspace.folder, 0o755);
  const outcomes = [
    await workspace.up(),
    await workspace.run("smoke", "--json", "smoke.json", "--markdown", "smoke.md"),
    await workspace.run("review", "--json", "review.json", "--markdown", "review.md"),
    await workspace.run("drift", "--json", "drift.json", "--markdown", "drift.md", "--topic", "secrets.*"),
    await workspace.run("doctor", "--json", "doctor.json"),
    await workspace.run("pulumi", "stack", "export", "--file", "exported.json"),
  ];
  expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0, 0]);
  const written = globSync(["state/.pulumi/**", "smoke-report/*", "*.json", "*.md"], {
    cwd: workspace.folder,
    exclude: [
      "package*.json",
      "tsconfig.json",
      "biome.json",
      "README.md",
      "CONTRIBUTING.md",
      "CHANGELOG.md",
      "SECURITY.md",
    ],
  }).map((name) => ({ name, stats: statSync(join(workspace.folder, name)) }));
  const files = written.filter(({ stats }) => stats.isFile());
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "exported.json",
      "review.md",
      "smoke-report/report.html",
      "state/.pulumi/stacks/kafka-topics/test.json",
    ]),
  );
  expect(files.filter(({ name }) => name.includes("/backups/")).length).toBeGreaterThan(0);
  expect(files.filter(({ stats }) => (stats.mode & 0o077) !== 0).map(({ name }) => name)).toEqual([]);
});
